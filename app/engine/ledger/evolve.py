"""Fold a Change into a state: arithmetic that knows no rule and is frozen."""

from msgspec.structs import replace

from app.engine.change import Change, Unbalanced
from app.engine.movements import LotMove, TallyMove
from app.engine.outcomes import Enrolled
from app.engine.state import Account, Lot, State, TallyDay


def evolve(state: State, change: Change) -> State:
    """The state after a Change. Raises Unbalanced when the Change was made for another state."""
    account = state.account
    if (account.balance, account.debt) != (change.balance_before, change.debt_before):
        raise Unbalanced("the change was made for another balance")
    if change.entries and change.entries[0].number != account.entries + 1:
        raise Unbalanced("entries are not numbered without gap")
    covered = state.covered
    if covered is not None:
        known = {lot.number for lot in state.lots}
        # What came back to a lot is not drawn, even where a reversal or a debt took some of it at once.
        drawn = sum(max(0, move.used + move.reversed) for move in change.lot_moves if move.number in known)
        covered = max(0, covered - drawn)
    return replace(
        state,
        account=_account(account, change),
        lots=_lots(state.lots, change),
        tallies=_tallies(state.tallies, change.tallies),
        tier_moves=state.tier_moves + change.tier_moves,
        covered=covered,
    )


def _account(account: Account, change: Change) -> Account:
    after = replace(
        account,
        balance=account.balance + change.points,
        debt=change.debt_after,
        entries=account.entries + len(change.entries),
        lots=account.lots + len(change.new_lots),
        now_us=max(account.now_us, change.now_us),
        due_us=change.due_us,
        tier_moves=account.tier_moves + len(change.tier_moves),
        review_us=change.after.review_us,
        tier=change.after.tier,
        tier_since_us=(change.tier_moves[-1].at_us if change.tier_moves else account.tier_since_us),
        window_day=change.window_day,
        window_points=change.after.window_points,
        oldest_day=change.oldest_day,
    )
    if change.referral is not None:
        after = replace(after, referral_purchase=change.referral.purchase)
    if isinstance(change.outcome, Enrolled) and change.outcome.created:
        after = replace(
            after,
            enrolled_us=change.now_us,
            referrer=change.outcome.referrer,
            referral_until_us=change.outcome.referral_until_us,
        )
    return after


def _lots(lots: tuple[Lot, ...], change: Change) -> tuple[Lot, ...]:
    if not change.new_lots and not change.lot_moves:
        return lots
    book = {lot.number: lot for lot in lots}
    for opened in change.new_lots:
        book[opened.number] = Lot(
            number=opened.number,
            fact=opened.fact,
            earned_us=opened.earned_us,
            expires_us=opened.expires_us,
            granted=opened.granted,
            remaining=opened.granted,
        )
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
    )
    if min(after.remaining, after.used, after.expired, after.reversed, after.uncollected) < 0:
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
