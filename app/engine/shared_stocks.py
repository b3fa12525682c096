"""What members share, and what is counted of each of them, by its name: stocks, budgets, limits of a day."""

from app.engine.calendar import local_day
from app.engine.commands import Command, Goodwill, Move, Purchase, RewardRedemption
from app.engine.context import Timeline
from app.engine.lookups import budgets, budgets_of
from app.engine.luck import luck_of
from app.engine.outcomes import Purchased, Redeemed, Taken
from app.engine.rulebook.rewards import Reward
from app.engine.state import Original
from app.engine.vouchers import VoucherRestore, VoucherUse


def stocks(command: Command, originals: tuple[Original, ...], timeline: Timeline, now_us: int, zone: str) -> list[str]:
    """The names of the shared stocks that the decision must see and may take from."""
    match command:
        case RewardRedemption(reward=wanted):
            reward = reward_named(wanted, timeline, now_us)
            if reward is None:
                return []
            lucky = luck_of(command, originals, timeline, now_us, zone).stocks
            return [reward_stock(reward.id), *([pool_stock(reward.pool)] if reward.pool else []), *lucky]
        case Goodwill(staff=staff):
            return [goodwill_stock(staff, now_us, zone)]
        case VoucherUse() | VoucherRestore():
            return []
        case Purchase() if not originals and not timeline.draws and not timeline.limits:
            return []
        case _:
            lucky = luck_of(command, originals, timeline, now_us, zone).stocks
            spent = _budgets(command, originals, timeline, now_us, zone)
            return [*[name for original in originals for name in _given_back(original, zone)], *lucky, *spent]


def _budgets(
    command: Command, originals: tuple[Original, ...], timeline: Timeline, now_us: int, zone: str
) -> list[str]:
    """The budgets from which a purchase takes, or to which it gives back when it is undone or moved."""
    if isinstance(command, Purchase):
        return budgets(now_us if command.occurred_us is None else min(command.occurred_us, now_us), zone, timeline)
    if not timeline.limits:
        return []
    outcomes = [original.change.outcome for original in originals if original.change is not None]
    bought = [outcome for outcome in outcomes if isinstance(outcome, Purchased)]
    moved = [name for each in bought if isinstance(command, Move) for name in budgets(each.occurred_us, zone, timeline)]
    return [*moved, *(name for each in bought for name in budgets_of(each, timeline))]


def _given_back(original: Original, zone: str) -> list[str]:
    """The stocks to which something returns when a fact is undone."""
    if original.change is None:
        return []
    match original.command, original.change.outcome:
        case _, Redeemed(reward=Taken(reward=reward)):
            return [reward_stock(reward)]
        case Goodwill(staff=staff), _:
            return [goodwill_stock(staff, original.change.now_us, zone)]
        case _:
            return []


def reward_stock(reward: str) -> str:
    """The name under which the taking of a reward is counted, in the programme and for each member."""
    return f"reward/{reward}"


def pool_stock(pool: str) -> str:
    """The name under which the codes of an imported pool are counted out."""
    return f"pool/{pool}"


def goodwill_stock(staff: str, given_us: int, zone: str) -> str:
    """The name under which what a member of the staff gives on a local day is counted."""
    return f"goodwill/{local_day(given_us, zone)}/{staff}"


def given_away(at_us: int, zone: str) -> str:
    """The name under which the points are counted that a member gives away on a local day."""
    return f"transferred/{local_day(at_us, zone)}"


def reward_named(wanted: str, timeline: Timeline, at_us: int) -> Reward | None:
    """A reward of the catalogue in force, by its id."""
    edition = timeline.in_force(at_us)
    rewards = edition.compiled.document.rewards if edition is not None else ()
    return next((reward for reward in rewards if reward.id == wanted), None)
