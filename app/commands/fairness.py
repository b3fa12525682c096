"""Commitments and seeds of the days: computed whenever somebody asks, so that nothing secret is stored for them."""

from msgspec import Struct

from app.engine.draws import commitment_of, seed_of
from app.repositories.programs import Program


class DaySeed(Struct, frozen=True, kw_only=True):
    """The commitment of a local day; the seed is None until the day is over."""

    day: int
    commitment: bytes
    seed: bytes | None


def day_seed(program: Program, day: int, today: int) -> DaySeed:
    """What may be known of a day's seed today. Draws of a day end with it, so what is revealed steers nothing."""
    seed = seed_of(program.secret, day)
    return DaySeed(day=day, commitment=commitment_of(seed), seed=seed if day < today else None)
