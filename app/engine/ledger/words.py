"""When word is given to members that stands in no lot: of a tier at risk, of a visit that is overdue."""

from app.engine.calendar import day_start_us, last_valid_day, local_day
from app.engine.context import Context
from app.engine.ids import is_derived
from app.engine.ledger.standing import Rung, Standing
from app.engine.state import Account


def words_us(standing: Standing, account: Account, context: Context, heard_us: int) -> list[int]:
    """The instants after `heard_us` at which word may be given. What an account has lived through is over."""
    if not context.timeline.gives_word or is_derived(account.member):
        # Nobody hears on the account of a receipt that has not been claimed.
        return []
    found = [at_risk_us(ladder, rung, context) for ladder, rung in standing.rungs()]
    day = _arming_visit(standing, account, context.now_us)
    if day is not None:
        found.append(overdue_us(day, context))
    return [at_us for at_us in found if at_us is not None and at_us > heard_us]


def at_risk_us(ladder: str, rung: Rung, context: Context) -> int | None:
    """When it is time to say that a level is at risk, by the version in force when it was reached or last kept."""
    edition = context.timeline.in_force(rung.since_us)
    found = edition.compiled.ladder(ladder) if edition is not None else None
    if rung.review_us is None or found is None or not found.tiers.notice_days:
        return None
    return day_start_us(last_valid_day(rung.review_us, context.zone) - found.tiers.notice_days, context.zone)


def overdue_us(day: int, context: Context) -> int | None:
    """When the next visit after one on this day is overdue, by the version in force when the day began.

    What is published later that day would come too late for accounts that have bought already. On the day of the very
    first version it is that one.
    """
    timeline = context.timeline
    edition = timeline.in_force(day_start_us(day, context.zone)) or timeline.editions[0]
    days = edition.compiled.document.visit_overdue_days
    return day_start_us(day + days, context.zone) if days else None


def last_visit(standing: Standing) -> int | None:
    """The last day with a visit that was not undone, as far as the slice has it."""
    return max((day for day, visits in standing.visits().items() if visits > 0), default=None)


def _arming_visit(standing: Standing, account: Account, now_us: int) -> int | None:
    """The last visit where the slice has all of late, and otherwise the last of this decision.

    There may be a later one then, and it has armed the account already.
    """
    if (account.due_us is not None and account.due_us <= now_us) or any(move.visits < 0 for move in standing.tallies):
        return last_visit(standing)
    return max((move.day for move in standing.tallies if move.visits > 0), default=None)


def visited_days(account: Account, now_us: int, days_max: int, zone: str) -> tuple[int, int]:
    """The days on which the last visit may lie that is overdue at some instant until now, or will be."""
    return local_day(min(account.now_us, now_us), zone) - days_max, local_day(now_us, zone) + 1
