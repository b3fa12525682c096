"""What the tables should hold of a member, as plain values, according to the member's book."""

from app.commands.audit.book import Book
from app.engine.movements import TierMove
from app.engine.state import Account, Hold, Lot
from app.repositories.holdings import Values
from app.repositories.instants import at, on

Rows = dict[object, Values]


def accounts(book: Book) -> Rows:
    """The account, in the order of holdings.ACCOUNTS."""
    return {(): account_row(book.account)}


def account_row(a: Account) -> Values:
    """The values of an account, in the order of holdings.ACCOUNTS."""
    return (
        a.balance,
        a.debt,
        a.entries,
        a.lots,
        at(a.now_us),
        at(a.enrolled_us),
        a.tier,
        at(a.tier_since_us) if a.tier_since_us else None,
        a.tier_moves,
        at(a.review_us),
        a.window_day,
        a.window_points,
        a.oldest_day,
        a.referrer,
        at(a.referral_until_us),
        a.referral_purchase,
        a.pending,
        a.held,
        at(a.lapses_us),
        a.holds,
        len(a.purses),
        a.blocked,
        a.household,
        a.merged_into,
        a.referral_lot,
        [closed.member for closed in a.continued] or None,
        [closed.shift for closed in a.continued] or None,
    )


def purses(book: Book) -> Rows:
    """The other wallets, in the order of holdings.PURSES."""
    return {
        (p.wallet,): (p.balance, p.debt, p.entries, p.pending, p.held, at(p.lapses_us)) for p in book.account.purses
    }


def lots(book: Book) -> Rows:
    """The lots, in the order of holdings.LOTS."""
    return {(lot.number,): _lot(lot) for lot in book.lots.values()}


def _lot(lot: Lot) -> Values:
    return (
        lot.fact,
        at(lot.earned_us),
        at(lot.expires_us),
        lot.granted,
        lot.remaining,
        lot.used,
        lot.expired,
        lot.reversed,
        lot.uncollected,
        lot.remaining > 0,
        lot.wallet,
        lot.moved,
        lot.held,
        lot.pending,
        at(lot.available_us) if lot.available_us else None,
        lot.lapses,
        lot.noticed,
        lot.origin.member if lot.origin is not None else None,
        lot.origin.lot if lot.origin is not None else None,
    )


def tallies(book: Book) -> Rows:
    """The tallies, in the order of holdings.TALLIES."""
    return {(on(tally.day),): (tally.points, tally.spend_minor, tally.visits) for tally in book.tallies.values()}


def tier_moves(book: Book) -> Rows:
    """The tier moves, in the order of holdings.TIER_MOVES."""
    return {(move.number,): _tier_move(move) for move in book.tier_moves}


def _tier_move(move: TierMove) -> Values:
    given = (move.ladder, move.floor, at(move.floor_us), move.forever)
    return (move.tier, at(move.at_us), move.reason, at(move.review_us), *given)


def holds(book: Book) -> Rows:
    """The holds, in the order of holdings.HOLDS."""
    return {(name,): _hold(hold, ended) for name, (hold, ended) in book.holds.items()}


def _hold(hold: Hold, ended: str | None) -> Values:
    return (
        hold.wallet,
        at(hold.until_us),
        at(hold.life_until_us),
        hold.rulebook,
        [draw.lot for draw in hold.draws],
        [draw.points for draw in hold.draws],
        ended is None,
        ended,
    )


def counters(book: Book) -> Rows:
    """The counters, in the order of holdings.COUNTERS."""
    return {(counter.name, counter.day): (counter.count,) for counter in book.counters.values()}


def entries(book: Book) -> Rows:
    """The entries, in the order of holdings.ENTRIES."""
    return book.entries
