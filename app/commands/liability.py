"""What outstanding points are worth in the books: dated valuations, and the liability on a day."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.rulebook.rounding import rounded
from app.repositories import programs, totals, valuations
from app.repositories.database import Database
from app.repositories.programs import Program
from app.repositories.valuations import Valuation

MILLION: Final = 1_000_000


class Wanted(Struct, frozen=True, kw_only=True):
    """A valuation to be made."""

    wallet: str
    from_day: int
    numerator: int
    denominator: int
    breakage_ppm: int


class Refused(Exception):
    """Another valuation stands in the way: valuation_exists, valuation_not_later or valuation_past."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def value(database: Database, program: Program, key: UUID, wanted: Wanted, *, today: int) -> Valuation:
    """Value points from a day on. The same again changes nothing; what was in force on a day never changes.

    Raises Refused when that day has another valuation already, or a later day has one, or the day is over and was
    under another one. Only the first valuation of a wallet may reach back: until then nobody was told of any value.
    """
    async with database.transaction() as writer:
        await programs.lock(writer, program.id)
        existing = await valuations.on_day(writer, program.id, wanted.wallet, wanted.from_day)
        if existing is not None:
            if _terms(existing) != _terms(wanted):
                raise Refused("valuation_exists")
            return existing
        latest = await valuations.latest(writer, program.id, wanted.wallet)
        if latest is not None and latest.from_day > wanted.from_day:
            raise Refused("valuation_not_later")
        if latest is not None and wanted.from_day < today:
            raise Refused("valuation_past")
        made = Valuation(
            wallet=wanted.wallet,
            from_day=wanted.from_day,
            numerator=wanted.numerator,
            denominator=wanted.denominator,
            breakage_ppm=wanted.breakage_ppm,
            made_at=await programs.clock(writer),
            made_by=key,
        )
        await valuations.insert(writer, program.id, made)
    return made


def _terms(valuation: Valuation | Wanted) -> tuple[int, int, int]:
    return valuation.numerator, valuation.denominator, valuation.breakage_ppm


class Owed(Struct, frozen=True, kw_only=True):
    """The points of a wallet that are outstanding, and their value; None where nobody has valued them."""

    wallet: str
    points: int
    valuation: Valuation | None
    value_minor: int | None


async def liability(database: Database, program: Program, *, as_of_day: int, known_day: int) -> tuple[Owed, ...]:
    """What the programme owed at the end of a day, as it was known at the end of another, by wallet."""
    async with database.reading() as reader:
        outstanding = await totals.outstanding(reader, program.id, as_of_day=as_of_day, known_day=known_day)
        in_force = await valuations.in_force(reader, program.id, as_of_day)
    return tuple(
        _owed(wallet, outstanding.get(wallet, 0), in_force.get(wallet))
        for wallet in sorted(outstanding.keys() | in_force.keys())
    )


def _owed(wallet: str, points: int, valuation: Valuation | None) -> Owed:
    """Outstanding × value × (1 − breakage), rounded once, to the nearest minor unit, a half to the even one."""
    if valuation is None:
        return Owed(wallet=wallet, points=points, valuation=None, value_minor=None)
    numerator = abs(points) * valuation.numerator * (MILLION - valuation.breakage_ppm)
    minor = rounded(numerator, valuation.denominator * MILLION, "half_even")
    return Owed(wallet=wallet, points=points, valuation=valuation, value_minor=minor if points >= 0 else -minor)
