"""What an activity counted towards besides points: goals, streaks, and the prizes that were reached with it."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from app.engine.facts import RuleTrace
from app.engine.remains import Reversed


class Advanced(Struct, frozen=True, kw_only=True, array_like=True):
    """Where a goal stands after an activity that counted towards it: `count` of `target` in the window of `day`.

    Both are in the goal's smallest unit; of a challenge without end, beyond the times for which it was complete.
    `goal` is empty for a streak: `count` periods in a row, and `target` is the next milestone, 0 after the last.
    """

    game: str
    goal: str
    day: int
    count: int
    target: int


class Prized(Struct, frozen=True, kw_only=True, array_like=True):
    """A prize that was given `times` over for `cause` (challenge/…, streak/…, surprise/…), counted under `day`.

    All `points` of it are in `lot`. `gift_day` is the last day on which the gift can be taken, 0 for ever.
    """

    cause: str
    day: int = 0
    times: int = 1
    points: int = 0
    wallet: str = ""
    lot: int | None = None
    badge: str | None = None
    gift: str | None = None
    gift_day: int = 0


class Drawn(Struct, frozen=True, kw_only=True, array_like=True):
    """Draw number `number` of a member, by the seed of local day `day`.

    `place` is the prize at which it stopped, None for nothing. `cut` says why that was not given all the same: `stock`
    or `budget`. Of a quote `day` is 0: there are odds, and nothing has been drawn.
    """

    draw: str
    number: int
    day: int = 0
    place: int | None = None
    cut: str = ""
    prized: Prized | None = None


class Gift(Struct, frozen=True, kw_only=True, array_like=True):
    """So many gifts that can be taken until the end of a local day, 0 for ever."""

    day: int
    count: int


class PrizeTaken(Struct, frozen=True, kw_only=True, array_like=True):
    """A prize that was taken back `times` over: its points, its badge, its gift."""

    cause: str
    times: int
    reversed: Reversed
    badge: str | None = None
    gift: str | None = None
    wallet: str = ""


class Played(Struct, frozen=True, kw_only=True, array_like=True):
    """What an activity did in the games of its rulebook.

    `shut` names what it did not count towards because an earlier step of a journey was still missing.
    """

    advanced: tuple[Advanced, ...] = ()
    prizes: tuple[Prized, ...] = ()
    shut: tuple[str, ...] = ()


class ActedGrant(Struct, frozen=True, kw_only=True, array_like=True):
    """What an activity granted into a lot."""

    wallet: str
    lot: int
    points: int


class Acted(Struct, frozen=True, kw_only=True, array_like=True, tag=50):
    """An activity that is no purchase. `counted` is false of one that was over the limits of its kind.

    `points` are those of all wallets together. The rest is as in Purchased.
    """

    occurred_us: int
    local_day: int
    rulebook: int
    tier: str | None
    counted: bool
    points: int
    grants: tuple[ActedGrant, ...]
    trace: tuple[RuleTrace, ...]
    warnings: tuple[str, ...] = ()
    played: Played | None = None
    readings: tuple[int, ...] = ()
    surprises: tuple[Drawn, ...] = ()


class ActivityCancelled(Struct, frozen=True, kw_only=True, array_like=True, tag=51):
    """An activity that was undone: its points, grant by grant, and its prizes."""

    activity: UUID
    grants: tuple[Reversed, ...]
    prizes: tuple[PrizeTaken, ...] = ()


def badge_counter(badge: str) -> str:
    """The name under which it is counted how often a member was given a badge."""
    return f"badge/{badge}"


def gift_counter(reward: str) -> str:
    """The name under which the gifts of a reward are counted, by their last valid day."""
    return f"gift/{reward}"


def usable(counted: Mapping[int, int], today: int) -> tuple[Gift, ...]:
    """Of gifts by their last day, those that can be taken today, soonest ending first; what is owed goes off first."""
    good = {day: count for day, count in counted.items() if day == 0 or day >= today}
    left = sum(good.values())
    gifts = []
    for day in sorted(good, key=lambda day: (day == 0, day)):
        count = min(good[day], left)
        if count > 0:
            gifts.append(Gift(day=day, count=count))
            left -= count
    return tuple(gifts)
