"""The ledger of an account that closes, and how it goes on in another's: to the point, and to the lot."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Unbalanced
from app.engine.estate import DayTally, Estate, HeldDraw, HeldOver, Inherited, Origin, Owed
from app.engine.ledger.draft import Draft
from app.engine.ledger.purses import Running
from app.engine.movements import Draw, HoldOpened, NewLot
from app.engine.state import Hold, Lot


def surrender(draft: Draft) -> Estate:
    """Empty the account and say what was in it: nothing remains, is owed, waits or counts here any more.

    Raises Unbalanced unless every lot is in the slice: a defect of `needs`.
    """
    account, standing = draft.account, draft.standing
    lots = sorted(draft.lots.all(), key=lambda lot: lot.number)
    if [lot.number for lot in lots] != list(range(1, draft.lots.next_number)):
        raise Unbalanced("an estate with gaps")
    estate = Estate(
        enrolled_us=account.enrolled_us,
        lots=tuple(_inherited(lot) for lot in lots),
        owed=tuple(
            Owed(wallet=wallet, debt=purse.debt, lapses_us=purse.lapses_us) for wallet, purse in _purses(draft).items()
        ),
        tallies=tuple(
            DayTally(day=day.day, points=day.points, spend_minor=day.spend_minor, visits=day.visits)
            for day in draft.state.tallies
            if day.points or day.spend_minor or day.visits
        ),
        holds=tuple(
            HeldOver(
                hold=hold.hold,
                wallet=hold.wallet,
                until_us=hold.until_us,
                life_until_us=hold.life_until_us,
                rulebook=hold.rulebook,
                draws=tuple(HeldDraw(source=drawn.lot, points=drawn.points) for drawn in hold.draws),
            )
            for hold in _holds(draft)
        ),
        counters=tuple(counter for counter in draft.state.counters if counter.count),
        referrer=account.referrer,
        referral_until_us=account.referral_until_us,
        referral_purchase=account.referral_purchase,
        referral_lot=account.referral_lot,
        tier=standing.tier,
        review_us=standing.review_us,
        blocked=account.blocked,
        continued=account.continued,
    )
    _empty(draft, estate, lots)
    return estate


def inherit(draft: Draft, member: UUID, estate: Estate) -> int:
    """Let everything of the closed account `member` go on here. Returns by how much the numbers of its lots rise.

    Debts are added before anything is paid, so that free points of either side pay what the other owed.
    """
    shift = draft.lots.next_number - 1
    for lot in estate.lots:
        _open(draft, member, lot, shift)
    for owed in estate.owed:
        purse = draft.purse(owed.wallet)
        draft.post("merge_in", -owed.debt, draft.now_us, wallet=owed.wallet)
        purse.debt += owed.debt
        if owed.lapses_us is not None:
            purse.lapses_us = max(purse.lapses_us or owed.lapses_us, owed.lapses_us)
    for hold in estate.holds:
        draft.hold(
            HoldOpened(
                hold=hold.hold,
                wallet=hold.wallet,
                until_us=hold.until_us,
                life_until_us=hold.life_until_us,
                rulebook=hold.rulebook,
                draws=tuple(Draw(lot=drawn.source + shift, points=drawn.points) for drawn in hold.draws),
            )
        )
    for day in estate.tallies:
        draft.standing.tally(day.day, day.points, day.spend_minor, day.visits)
    for counter in estate.counters:
        draft.count(counter.name, counter.count, counter.day)
    for wallet in _purses(draft):
        draft.pay_debt(wallet)
    return shift


def _purses(draft: Draft) -> dict[str, Running]:
    """Every wallet of the account by its name."""
    return {"": draft.purses.main} | draft.purses.others


def _holds(draft: Draft) -> list[Hold]:
    """The account's holds in an order of their own: they are kept by id, and in a batch as they were placed."""
    return sorted(draft.holds.values(), key=lambda hold: hold.hold)


def _inherited(lot: Lot) -> Inherited:
    return Inherited(
        fact=lot.fact,
        earned_us=lot.earned_us,
        expires_us=lot.expires_us,
        granted=lot.granted,
        remaining=lot.remaining,
        used=lot.used,
        expired=lot.expired,
        reversed=lot.reversed,
        uncollected=lot.uncollected,
        wallet=lot.wallet,
        moved=lot.moved,
        held=lot.held,
        pending=lot.pending,
        available_us=lot.available_us,
        lapses=lot.lapses,
        noticed=lot.noticed,
        origin=lot.origin,
    )


def _empty(draft: Draft, estate: Estate, lots: list[Lot]) -> None:
    for wallet, purse in _purses(draft).items():
        draft.post("merge_out", -purse.balance, draft.now_us, wallet=wallet)
        purse.debt = purse.pending = purse.held = 0
        purse.lapses_us = None
    for lot in lots:
        draft.lots.move(lot.number, moved=lot.remaining, held=-lot.held, uncollected=-lot.uncollected)
    for hold in _holds(draft):
        draft.part_with(hold)
    for day in estate.tallies:
        draft.standing.tally(day.day, -day.points, -day.spend_minor, -day.visits)
    draft.standing.review_us = None
    for counter in estate.counters:
        draft.count(counter.name, -counter.count, counter.day)


def _open(draft: Draft, member: UUID, lot: Inherited, shift: int) -> None:
    """A lot goes on with everything that became of it so far."""
    number = draft.lots.next_number
    draft.lots.add(
        NewLot(
            number=number,
            fact=lot.fact,
            earned_us=lot.earned_us,
            expires_us=lot.expires_us,
            granted=lot.granted,
            wallet=lot.wallet,
            pending=lot.pending,
            available_us=lot.available_us,
            lapses=lot.lapses,
            origin=lot.origin or Origin(member=member, lot=number - shift),
        )
    )
    draft.lots.set(
        replace(
            draft.lots[number],
            remaining=lot.remaining,
            used=lot.used,
            expired=lot.expired,
            reversed=lot.reversed,
            uncollected=lot.uncollected,
            moved=lot.moved,
            held=lot.held,
            noticed=lot.noticed,
        )
    )
    draft.post("merge_in", lot.remaining, draft.now_us, number, lot.wallet)
    purse = draft.purse(lot.wallet)
    purse.held += lot.held
    if lot.pending:
        purse.pending += lot.remaining
