"""The ladder of tiers: which level points reach, how levels compare, which one is next."""

from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.document import Level


def level_ids(compiled: Compiled) -> tuple[str, ...]:
    """The ids of the levels, from the base level upwards; nothing without tiers."""
    return tuple(level.id for level in compiled.levels)


def rank(compiled: Compiled, tier: str | None) -> int:
    """How high a tier stands: 0 for the base level, for no tier, and for one that this rulebook does not know."""
    return compiled.ranks.get(tier, 0)


def level_for(compiled: Compiled, points: int) -> str | None:
    """The id of the highest level that the points of the window reach; None without tiers.

    Points that refunds made negative still reach the base level.
    """
    main = compiled.ladder("")
    return main.levels[main.reached({"points": points})].id if main is not None else None


def next_level(compiled: Compiled, tier: str | None) -> Level | None:
    """The level above a tier; None at the top and without tiers."""
    above = rank(compiled, tier) + 1
    return compiled.levels[above] if above < len(compiled.levels) else None
