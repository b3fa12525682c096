"""Fold a Change into a state: arithmetic that knows no rule and is frozen."""

from msgspec.structs import replace

from app.engine.change import Change, Unbalanced
from app.engine.estate import Counted
from app.engine.ledger.lots import opened
from app.engine.movements import CounterMove, LotMove, TallyMove
from app.engine.outcomes import BlockSet, Enrolled, Introduced, Joined, Left, Merged, MergedAway
from app.engine.state import Account, Ever, Hold, Lot, Purse, State, TallyDay


def evolve(state: State, change: Change) -> State:
    """The state after a Change. Raises Unbalanced when the Change was made for another state."""
    account = state.account
    if (account.balance, account.debt) != (change.balance_before, change.debt_before):
        raise Unbalanced("the change was made for another balance")
    begun: list[str] = []
    for entry in change.entries:
        if entry.wallet not in begun:
            begun.append(entry.wallet)
            if entry.number != account.entries_in(entry.wallet) + 1:
                raise Unbalanced("entries are not numbered without gap")
    covered = state.covered
    if covered:
        known = {lot.number for lot in state.lots if not lot.wallet}
        # What came back to a lot is not drawn, even where a reversal or a debt took some of it at once.
        drawn = sum(
            max(0, move.used + move.reversed + move.moved + move.held)
            for move in change.lot_moves
            if move.number in known
        )
        covered = max(0, covered - drawn)
    return replace(
        state,
        account=_account(account, change),
        lots=_lots(state.lots, change),
        tallies=_tallies(state.tallies, change.tallies),
        tier_moves=state.tier_moves + change.tier_moves,
        covered=covered,
        holds=_holds(state.holds, change),
        counters=_counters(state.counters, change.counter_moves),
        ever=state.ever if state.ever is None else _ever(state.ever, change.tallies),
    )


def _account(account: Account, change: Change) -> Account:
    entries = sum([not entry.wallet for entry in change.entries]) if change.purses else len(change.entries)
    after = replace(
        account,
        balance=change.after.balance,
        debt=change.debt_after,
        entries=account.entries + entries,
        pending=change.after.pending,
        held=change.after.held,
        lapses_us=change.after.lapses_us,
        lots=account.lots + len(change.new_lots),
        now_us=max(account.now_us, change.now_us),
        due_us=change.due_us,
        tier_moves=account.tier_moves + len(change.tier_moves),
        review_us=change.after.review_us,
        tier=change.after.tier,
        tier_since_us=_tier_since_us(account, change) if change.tier_moves else account.tier_since_us,
        window_day=change.window_day,
        window_points=change.after.window_points,
        oldest_day=change.oldest_day,
    )
    if change.purses:
        after = replace(after, purses=_purses(account, change))
    if change.holds_opened or change.hold_moves:
        ended = sum(bool(move.ended) for move in change.hold_moves)
        after = replace(after, holds=account.holds + len(change.holds_opened) - ended)
    if change.referral is not None:
        after = replace(after, referral_purchase=change.referral.purchase, referral_lot=change.referral.lot)
    return _became(after, change)


def _tier_since_us(account: Account, change: Change) -> int:
    """Since when the member stands in the tier of the main set."""
    return next((move.at_us for move in reversed(change.tier_moves) if not move.ladder), account.tier_since_us)


def _became(account: Account, change: Change) -> Account:
    """What an outcome makes of the account itself."""
    match change.outcome:
        case Enrolled(created=True) as enrolled:
            return replace(
                account,
                enrolled_us=change.now_us,
                referrer=enrolled.referrer,
                referral_until_us=enrolled.referral_until_us,
            )
        case Introduced() as introduced:
            return replace(account, referrer=introduced.referrer, referral_until_us=introduced.referral_until_us)
        case BlockSet(blocked=blocked):
            return replace(account, blocked=blocked)
        case Joined(household=household):
            return replace(account, household=household)
        case Left():
            return replace(account, household=None)
        case MergedAway(into=into):
            return replace(account, merged_into=into, household=None)
        case Merged() as merged:
            return replace(
                account,
                referrer=merged.referrer,
                referral_until_us=merged.referral_until_us,
                enrolled_us=merged.enrolled_us,
                blocked=merged.blocked,
                continued=(*account.continued, *merged.continued),
            )
        case _:
            return account


def _purses(account: Account, change: Change) -> tuple[Purse, ...]:
    purses = {purse.wallet: purse for purse in account.purses}
    for move in change.purses:
        before = purses.get(move.wallet, Purse(wallet=move.wallet))
        if (before.balance, before.debt) != (move.balance_before, move.debt_before):
            raise Unbalanced(f"the change was made for another balance of {move.wallet}")
        purses[move.wallet] = Purse(
            wallet=move.wallet,
            balance=move.balance,
            debt=move.debt,
            entries=before.entries + sum(entry.wallet == move.wallet for entry in change.entries),
            pending=move.pending,
            held=move.held,
            lapses_us=move.lapses_us,
        )
    return tuple(purses[wallet] for wallet in sorted(purses))


def _lots(lots: tuple[Lot, ...], change: Change) -> tuple[Lot, ...]:
    if not change.new_lots and not change.lot_moves:
        return lots
    book = {lot.number: lot for lot in lots}
    book |= {new.number: opened(new) for new in change.new_lots}
    for move in change.lot_moves:
        book[move.number] = _moved(book[move.number], move)
    return tuple(sorted(book.values(), key=lambda lot: lot.spending_order))


def _moved(lot: Lot, move: LotMove) -> Lot:
    after = replace(
        lot,
        remaining=lot.remaining - move.taken,
        used=lot.used + move.used,
        expired=lot.expired + move.expired,
        reversed=lot.reversed + move.reversed,
        uncollected=lot.uncollected + move.uncollected,
        moved=lot.moved + move.moved,
        held=lot.held + move.held,
        pending=lot.pending and not move.matured,
        # What does not wait any more waits for no event.
        available_us=lot.available_us or 0 if move.matured else lot.available_us,
        noticed=(lot.noticed and not move.expires_us) or move.noticed,
        expires_us=move.expires_us or lot.expires_us,
    )
    parts = (after.used, after.expired, after.reversed, after.uncollected, after.moved, after.held, after.loose)
    if min(parts) < 0:
        raise Unbalanced(f"lot {lot.number} has less than nothing")
    return after


def _tallies(days: tuple[TallyDay, ...], moves: tuple[TallyMove, ...]) -> tuple[TallyDay, ...]:
    if not moves:
        return days
    book = {tally.day: tally for tally in days}
    for move in moves:
        was = book.get(move.day, TallyDay(day=move.day, points=0, spend_minor=0, visits=0))
        book[move.day] = TallyDay(
            day=move.day,
            points=was.points + move.points,
            spend_minor=was.spend_minor + move.spend_minor,
            visits=was.visits + move.visits,
        )
    return tuple(book[day] for day in sorted(book))


def _holds(holds: tuple[Hold, ...], change: Change) -> tuple[Hold, ...]:
    if not change.holds_opened and not change.hold_moves:
        return holds
    book = {hold.hold: hold for hold in holds}
    for new in change.holds_opened:
        book[new.hold] = Hold(
            hold=new.hold,
            wallet=new.wallet,
            until_us=new.until_us,
            life_until_us=new.life_until_us,
            rulebook=new.rulebook,
            draws=new.draws,
        )
    for move in change.hold_moves:
        if move.ended:
            del book[move.hold]
        elif move.until_us is not None:
            book[move.hold] = replace(book[move.hold], until_us=move.until_us)
    return tuple(book.values())


def _counters(counters: tuple[Counted, ...], moves: tuple[CounterMove, ...]) -> tuple[Counted, ...]:
    if not moves:
        return counters
    book = {(counter.name, counter.day): counter.count for counter in counters}
    for move in moves:
        key = (move.name, move.day)
        book[key] = book.get(key, 0) + move.count
    return tuple(Counted(name=name, count=book[name, day], day=day) for name, day in sorted(book))


def _ever(ever: Ever, moves: tuple[TallyMove, ...]) -> Ever:
    return Ever(
        points=ever.points + sum(move.points for move in moves),
        spend_minor=ever.spend_minor + sum(move.spend_minor for move in moves),
        visits=ever.visits + sum(move.visits for move in moves),
    )
