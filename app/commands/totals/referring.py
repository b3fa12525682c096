"""What became of referrals, counted from the journal by local day; and what share of members and money came by them."""

from collections.abc import Iterator

from msgspec import Struct

from app.engine.calendar import day_start_us, local_day
from app.engine.outcomes import ClawedBack, Enrolled, Introduced, Purchased, Rewarded
from app.repositories import referral_totals
from app.repositories.database import Database
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.repositories.referral_totals import Happened, Shares


class Report(Struct, frozen=True, kw_only=True):
    """What happened by period, and the shares of what came by referral."""

    happened: list[Happened]
    members: Shares
    revenue: Shares


def happened(row: JournalRow, zone: str) -> Iterator[tuple[int, str, int]]:
    """What a row of the journal says of referrals: the local day, what it was, and its points or money."""
    decided = local_day(row.decided_us, zone)
    match row.change.outcome:
        case Enrolled(created=True, referrer=referrer) if referrer is not None:
            yield decided, "invited", 0
        case Introduced():
            yield decided, "invited", 0
        case Purchased() as bought if row.change.referral is not None:
            yield bought.local_day, "qualified", bought.total_minor
        case Rewarded(reason="paid", points=points):
            yield decided, "rewarded", points
        case Rewarded():
            yield decided, "not_rewarded", 0
        case ClawedBack(reward=reward, prize=prize) if reward.asked or prize is not None:
            yield decided, "clawed_back", reward.asked
        case _:
            return


async def report(
    database: Database, program: Program, *, from_day: int, until_day: int, as_of_day: int, by_month: bool
) -> Report:
    """Referrals of some local days, as far as they had happened on another. The totals must have been counted."""
    until_day = min(until_day, as_of_day)
    first_us, past_us = day_start_us(from_day, program.zone), day_start_us(until_day + 1, program.zone)
    async with database.reading() as reader:
        return Report(
            happened=await referral_totals.within(reader, program.id, from_day, until_day, by_month=by_month),
            members=await referral_totals.members(reader, program.id, first_us, past_us),
            revenue=await referral_totals.revenue(reader, program.id, from_day, until_day),
        )
