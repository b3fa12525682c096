"""What tiers make a decision look at: days, counters, moves of the past. Plain ones seldom look at anything."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from app.engine.calendar import add_months, local_day
from app.engine.context import Timeline
from app.engine.rulebook.ladders import Ladder
from app.engine.rulebook.levels import ACTIVITY, AnniversaryWindow, Level
from app.engine.rulebook.prizes import Prize
from app.engine.state import Account
from app.engine.windows import FIRST_DAY, opens

# No year of membership is longer.
YEAR_DAYS: Final = 366
# What refunds took away, where a set of tiers goes on counting it.
KEPT: Final = "kept/"


class Sight(NamedTuple):
    """Tally days and counters of half-open ranges of days, every tier move, and what all days have counted."""

    days: tuple[int, int] | None
    counters: tuple[tuple[str, int, int], ...] = ()
    has_history: bool = False
    has_ever: bool = False


UNSEEN: Final = Sight(None)


def sight(account: Account, now_us: int, zone: str, timeline: Timeline, *, looks: bool, is_about_tiers: bool) -> Sight:
    """What settling until now and then deciding will look at.

    `looks` of whatever is more than time passing; `is_about_tiers` of what may change a tier by hand or by a refund.
    """
    ladders = timeline.ladders
    if not ladders:
        return UNSEEN
    climbing = timeline.climbing
    is_due = account.due_us is not None and account.due_us <= now_us
    reviewed = account.review_us is not None and account.review_us <= now_us
    told = max(ladder.tiers.notice_days for ladder in ladders) if is_due and account.review_us is not None else 0
    days = _slid(account, now_us, zone, timeline.plain_months, told)
    is_climbing = bool(climbing) and (looks or is_due)
    has_history = is_climbing or reviewed or is_about_tiers or told > 0
    has_ever = has_history and any(ladder.asks_ever for ladder in ladders)
    if not is_climbing:
        return Sight(days, (), has_history, has_ever)
    first = min(account.due_us, now_us) if account.due_us is not None else now_us
    start = local_day(first, zone) - max(ladder.tiers.grace_days or 0 for ladder in climbing)
    past = local_day(now_us, zone) + 1
    seen = [day for ladder in climbing if (day := opened(ladder, start)) > FIRST_DAY]
    if seen:
        days = (min(seen), past) if days is None else (min(*seen, days[0]), max(past, days[1]))
    spans = {(name, opened(ladder, start), past) for ladder in climbing for name in names(ladder)}
    return Sight(days, tuple(sorted(spans)), has_history, has_ever)


def names(ladder: Ladder) -> list[str]:
    """The counters that a set of tiers looks at, besides the tallies."""
    found = [counter_name(counter) for counter in ladder.counters]
    kept = [f"{KEPT}{counter}" for counter in ladder.counters] if ladder.keeps_refunds else []
    return [name for name in (*found, *kept) if name]


def reached_counter(ladder: Ladder, level: Level) -> str:
    """The name under which it is counted that a member was given what a level gives."""
    return f"tier/{ladder.id}/{level.id}" if ladder.id else f"tier/{level.id}"


def giving(ladders: tuple[Ladder, ...]) -> Iterator[tuple[Ladder, Level, Prize]]:
    """Every level that gives something to whoever reaches it."""
    for ladder in ladders:
        for level in ladder.levels if ladder.has_prizes else ():
            if level.on_reaching is not None:
                yield ladder, level, level.on_reaching


def counter_name(counter: str) -> str:
    """The name under which something is counted of a member; empty of what the tallies have."""
    if counter.startswith(ACTIVITY):
        return f"act/{counter.removeprefix(ACTIVITY)}"
    return "brought" if counter == "referrals" else ""


def opened(ladder: Ladder, day: int) -> int:
    """The first day that a set of tiers may look at on a day or later."""
    if isinstance(ladder.window, AnniversaryWindow):
        return day - YEAR_DAYS
    return opens(ladder.window, day, day, closed=True)


def _slid(
    account: Account, now_us: int, zone: str, months: tuple[int, int] | None, told: int
) -> tuple[int, int] | None:
    """Every day by which the main window may slide until now: under any version, at any review on the way.

    Where word is given so many days before a review, also up to the window of that review.
    """
    if months is None:
        return None
    shortest, longest = months
    today = local_day(now_us, zone)
    start = today
    if account.review_us is not None and account.review_us <= now_us:
        start = local_day(account.review_us, zone)
    start = min(start, local_day(account.due_us, zone)) if told and account.due_us is not None else start
    first = min(account.window_day, add_months(start, -longest))
    until = add_months(today + told + 1 if told else today, -shortest)
    if first == account.window_day and until <= max(account.oldest_day, first):
        return None
    return (first, max(until, account.window_day))
