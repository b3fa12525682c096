"""What must hold of one account after every step, and the slice of it that a decision may ask for."""

from collections.abc import Callable
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command, encode
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.movements import Entry
from app.engine.naming import companions
from app.engine.needs import companion, needs
from app.engine.state import Hold, Lot, State
from app.engine.wanted import Needs
from tests.engine.worlds import Row


def assert_adds_up(state: State) -> None:
    """Totals are the sums of their parts, in every wallet."""
    account, lots = state.account, state.lots
    for purse in (account.main, *account.purses):
        mine = [lot for lot in lots if lot.wallet == purse.wallet]
        assert purse.balance == sum(lot.remaining for lot in mine) - purse.debt
        assert purse.pending == sum(lot.remaining for lot in mine if lot.pending)
        assert purse.held == sum(lot.held for lot in mine)
        assert purse.debt == 0 or purse.free == 0
        assert min(purse.free, purse.debt, purse.pending, purse.held) >= 0
    assert sorted(lot.number for lot in lots) == list(range(1, account.lots + 1))
    for lot in lots:
        assert lot.granted == lot.remaining + lot.used + lot.expired + lot.reversed + lot.moved
        assert min(lot.used, lot.expired, lot.reversed, lot.moved, lot.uncollected) >= 0
        assert 0 <= lot.held <= lot.remaining
        assert lot.held == sum(held_of(hold, lot) for hold in state.holds)
    assert account.holds == len(state.holds)


def held_of(hold: Hold, lot: Lot) -> int:
    return sum(draw.points for draw in hold.draws if draw.lot == lot.number)


def assert_entries_follow(rows: list[Row], member: UUID, state: State) -> None:
    """Numbered from 1 without a gap in each wallet, each balance the one before plus the points."""
    entries: dict[str, list[Entry]] = {}
    for row in rows:
        if row.member == member:
            for entry in row.change.entries:
                entries.setdefault(entry.wallet, []).append(entry)
    for purse in (state.account.main, *state.account.purses):
        mine = entries.pop(purse.wallet, [])
        assert [entry.number for entry in mine] == list(range(1, purse.entries + 1))
        balance = 0
        for entry in mine:
            balance += entry.points
            assert entry.balance_after == balance
        assert balance == purse.balance
    assert entries == {}


def assert_again(row: Row) -> None:
    """Again: what is read back is the same and decides the same."""
    read = decode_command(encode(row.command))
    assert read == row.command
    change = decode_change(encode(row.change))
    assert change == row.change
    assert encode(change) == encode(row.change)
    assert decide(read, row.state, row.context) == row.change


def assert_slices(main: Row, rows: list[Row], slice_max: int) -> None:
    """A slice is the whole: what a command asks to see, of its own account and of the other that it concerns."""
    assert_slice(main, asked(needs, main, main), slice_max)
    for row in rows:
        if row.member in companions(main.command) and row.member != main.member:
            # What arrives at somebody who shares a wallet goes on to it, so all of it must be there.
            shares = Needs(whole=row.state.account.household is not None)
            assert_slice(row, asked(companion, main, row) | shares, slice_max)


def asked(about: Callable[..., Needs], main: Row, row: Row) -> Needs:
    context = main.context
    found = about(main.command, row.state.account, context.now_us, context.zone, context.timeline, main.state.originals)
    assert isinstance(found, Needs)
    return found


def assert_slice(row: Row, wanted: Needs, slice_max: int) -> None:
    change = row.change
    part = cut(row.state, wanted, row.context.now_us, slice_max)
    answer = decide(row.command, part, row.context)
    assert isinstance(answer, Change)
    assert replace(answer, due_us=None) == replace(row.change, due_us=None)
    assert row.change.due_us is None or (answer.due_us is not None and answer.due_us <= row.change.due_us)
    after = evolve(part, answer)
    assert replace(after.account, due_us=None) == replace(evolve(row.state, change).account, due_us=None)


def cut(state: State, wanted: Needs, now_us: int, slice_max: int) -> State:
    """The slice that the tables would hand out: at most so many lots for a draw unless they do not cover it."""
    waiting = [lot for lot in state.lots if lot.remaining]
    soon_us = wanted.soon_us if wanted.soon_us is not None else now_us
    chosen = {lot.number for lot in waiting if wanted.whole or lot.wallet in wanted.wallets}
    chosen |= {lot.number for lot in state.lots if wanted.estate}
    if wanted.due:
        chosen |= {lot.number for lot in waiting if lot.expires_us is not None and lot.expires_us <= soon_us}
        chosen |= {lot.number for lot in waiting if lot.pending and has_come(lot.available_us, now_us)}
    covered: int | None = None if wanted.whole or wanted.estate else 0
    if wanted.draw and covered is not None:
        spendable = [
            lot for lot in waiting if not lot.wallet and lot.spendable and not has_come(lot.expires_us, now_us)
        ]
        drawn = spendable[:slice_max]
        covered = None if len(drawn) < slice_max else sum(lot.spendable for lot in drawn)
        if covered is not None and covered < wanted.draw:
            drawn, covered = spendable, None
        chosen |= {lot.number for lot in drawn}
    shown_holds = wanted.due or wanted.holds or wanted.estate
    if shown_holds:
        chosen |= {draw.lot for hold in state.holds for draw in hold.draws}
    chosen |= {lot.number for lot in state.lots if lot.number in wanted.lots}
    first, until = wanted.tally_days or (0, 0)
    return replace(
        state,
        lots=tuple(lot for lot in state.lots if lot.number in chosen),
        tallies=tuple(tally for tally in state.tallies if wanted.estate or first <= tally.day < until),
        tier_moves=state.account.latest_tier_move if wanted.tier_at_us is None else state.tier_moves,
        covered=covered,
        next_due_us=next_due_us(waiting, soon_us, now_us) if wanted.due else None,
        holds=state.holds if shown_holds else (),
        counters=tuple(
            each
            for each in state.counters
            if wanted.estate
            or any(
                span.name in (each.name, "") and span.first_day <= each.day < span.past_day for span in wanted.counters
            )
        ),
        ever=state.ever if wanted.ever else None,
    )


def has_come(at_us: int | None, now_us: int) -> bool:
    return at_us is not None and at_us <= now_us


def next_due_us(waiting: list[Lot], soon_us: int, now_us: int) -> int | None:
    """A lower bound of the next instant at which something happens to a lot that is not due now."""
    found = [
        lot.expires_us - (soon_us - now_us)
        for lot in waiting
        if lot.expires_us is not None and lot.expires_us > soon_us
    ]
    found += [lot.available_us for lot in waiting if lot.pending and lot.available_us and lot.available_us > now_us]
    return min(found, default=None)
