"""What a tier means for the catalogue: how levels compare, what a reward costs at one, from when it can be had."""

from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.document import Reward


def level_ids(compiled: Compiled) -> tuple[str, ...]:
    """The ids of the levels, from the base level upwards; nothing without tiers."""
    return tuple(level.id for level in compiled.levels)


def rank(compiled: Compiled, tier: str | None) -> int:
    """How high a tier stands: 0 for the base level, for no tier, and for one that this rulebook does not know."""
    return compiled.ranks.get(tier, 0)


def cost_at(compiled: Compiled, reward: Reward, tier: str | None) -> int:
    """What one of a reward costs at a level: what the reward says of it, or else its cost less what the level says."""
    if tier in reward.tier_costs:
        return reward.tier_costs[tier]
    level = compiled.levels[rank(compiled, tier)] if compiled.levels else None
    percent = level.discount_percent if level is not None else None
    return reward.cost_points if percent is None else max(1, reward.cost_points * (100 - percent) // 100)


def first_day_at(compiled: Compiled, reward: Reward, tier: str | None) -> int | None:
    """The first local day on which a reward can be had at a level; None: it always could."""
    if reward.valid_from is None:
        return None
    own = rank(compiled, tier)
    early = [days for level, days in reward.early_access.items() if rank(compiled, level) <= own]
    return reward.valid_from.toordinal() - max(early, default=0)
