"""Looking back and ahead: what an account was, what we said it was, and what it will be."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands.reading import Quote, Reading, Standing
from app.engine.calendar import day_start_us, local_day
from app.engine.commands import LetTimePass
from app.repositories import lots, statements
from app.repositories.database import Database
from app.repositories.lots import Expiring
from app.repositories.programs import Program
from app.repositories.statements import Span

DAY_US: Final = 86_400_000_000
AHEAD_US_MAX: Final = 1830 * DAY_US
# A transaction that took its clock before midnight has been given up by then.
CLOSING_US: Final = 60_000_000
# A month has fewer days than this, and points go at the end of one.
EXPIRIES_MAX: Final = 400


class Then(Struct, frozen=True, kw_only=True):
    """What an account was, or will be, at an instant: points to spend, and points owed.

    What was pending or held is not known of the past: its points are among those to spend. `household` is that of a
    member who shares a wallet in an instant to come, which has `shared` points to spend then.
    """

    points: int
    debt: int
    pending: int | None
    held: int | None
    at_us: int
    household: UUID | None = None
    shared: int = 0


class OutOfRange(Struct, frozen=True, kw_only=True):
    """The instant of this parameter cannot be answered for."""

    parameter: str


async def balance(
    reading: Reading,
    database: Database,
    program: Program,
    member: UUID,
    *,
    wallet: str,
    as_of_us: int | None,
    known_us: int | None,
) -> Then | OutOfRange | None:
    """The balance as it was at `as_of_us`, as far as we knew at `known_us`; None for an unknown member.

    With `known_us` alone it is what we said then: the balance after the last entry booked by that instant. Otherwise
    what has fallen due and was not booked yet counts as well. For an instant to come, time is let pass in memory.
    """
    quoted = await reading.quote(program, member, LetTimePass())
    if not isinstance(quoted, Quote):
        return None
    now_us = quoted.standing.now_us
    if known_us is not None and known_us > now_us:
        return OutOfRange(parameter="known_at")
    if as_of_us is not None and as_of_us > now_us:
        if known_us is not None or as_of_us > now_us + AHEAD_US_MAX:
            return OutOfRange(parameter="as_of")
        return await _ahead(reading, program, member, wallet, as_of_us)
    return await _back(database, program, member, quoted, wallet=wallet, as_of_us=as_of_us, known_us=known_us)


async def _ahead(reading: Reading, program: Program, member: UUID, wallet: str, at_us: int) -> Then | None:
    """What goes on after a closed account is the one that took it over."""
    quoted = await reading.quote(program, member, LetTimePass(), at_us=at_us)
    if not isinstance(quoted, Quote):
        return None
    account = quoted.standing.account
    if account.merged_into is not None:
        return await _ahead(reading, program, account.merged_into, wallet, at_us)
    household = account.household
    shared = await reading.shared_ahead(program, member if household is None else household, at_us)
    if household is None and shared is not None:
        account = shared
    purse = account.purse(wallet)
    return Then(
        points=purse.free,
        debt=purse.debt,
        pending=purse.pending,
        held=purse.held,
        at_us=at_us,
        household=household,
        shared=shared.free if household is not None and shared is not None else 0,
    )


async def _back(
    database: Database,
    program: Program,
    member: UUID,
    quoted: Quote,
    *,
    wallet: str,
    as_of_us: int | None,
    known_us: int | None,
) -> Then:
    """From the entries that the quote has seen, and from those that it made because their time had come."""
    due = [entry for entry in quoted.entries if entry.wallet == wallet]
    stored = quoted.standing.account.purse(wallet).entries - len(due)
    async with database.glancing() as reader:
        if as_of_us is None:
            assert known_us is not None, "one of the two is asked for"
            return _then(await statements.booked(reader, program.id, member, wallet, known_us), known_us)
        by_us = quoted.standing.now_us if known_us is None else known_us
        points = await statements.effective(reader, program.id, member, wallet, as_of_us, known_us=by_us, last=stored)
    if known_us is None:
        points += sum(entry.points for entry in due if entry.effective_us <= as_of_us)
    return _then(points, as_of_us)


def _then(balance: int, at_us: int) -> Then:
    return Then(points=max(balance, 0), debt=max(-balance, 0), pending=None, held=None, at_us=at_us)


class Statement(Struct, frozen=True, kw_only=True):
    """A period of local days, and what was booked in it. Nothing can be added to one that is closed."""

    from_day: int
    until_day: int
    span: Span
    is_closed: bool


async def statement(
    database: Database, program: Program, member: UUID, *, wallet: str, from_day: int, until_day: int, now_us: int
) -> Statement:
    """What was booked from the first moment of a local day to the last of another."""
    from_us, until_us = day_start_us(from_day, program.zone), day_start_us(until_day + 1, program.zone)
    async with database.reading() as reader:
        span = await statements.span(reader, program.id, member, wallet, from_us, until_us)
    return Statement(from_day=from_day, until_day=until_day, span=span, is_closed=now_us >= until_us + CLOSING_US)


async def expiring_soon(
    database: Database, program: Program, member: UUID, standing: Standing, *, wallet: str, days: int
) -> list[Expiring]:
    """What goes within so many days if nothing happens. Where nothing is due that soon nothing is asked."""
    account, purse = standing.account, standing.account.purse(wallet)
    until_us = day_start_us(local_day(standing.now_us, program.zone) + days + 1, program.zone)
    if not days or account.due_us is None or account.due_us > until_us:
        return []
    async with database.glancing() as reader:
        return await lots.expiring(
            reader,
            program.id,
            member,
            wallet,
            after_us=standing.now_us,
            until_us=until_us,
            lapses_us=purse.lapses_us,
            limit=EXPIRIES_MAX,
        )
