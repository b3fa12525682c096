"""The naive model of points that change hands: transfers, households, and two accounts that become one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Command,
    Confirm,
    HoldPlace,
    HouseholdJoin,
    HouseholdLeave,
    LetTimePass,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    Refund,
    RewardRedemption,
    TransferOut,
    Void,
)
from tests.engine.naive_books import Books, Draws, No, Person, Pot, be_active, draw, open_for_business, repay
from tests.engine.naive_calendar import day_of


@dataclass(eq=False)
class Given:
    """A transfer."""

    owner: UUID
    points: int


def transfer(books: Books, person: Person, command: TransferOut, fact: UUID) -> None:
    terms = books.rules(books.now_us).transfers
    points = person.free(command.wallet) if command.points is None else command.points
    if terms is None:
        raise No("transfers_off")
    if command.to == person.member:
        raise No("same_member")
    if points < terms.minimum_points:
        raise No("below_minimum")
    if points > (terms.maximum_points or points):
        raise No("above_maximum")
    counter = f"transferred/{day_of(books.now_us, books.zone)}"
    if terms.per_day_points is not None and person.counts[counter] + points > terms.per_day_points:
        raise No("daily_limit")
    taker = books.person(command.to)
    person.counts[counter] += points
    be_active(books, person, command.wallet, books.now_us)
    drawn = draw(person, command.wallet, points)
    open_for_business(taker)
    receive(books.now_us, person, taker, fact, drawn)
    books.facts[fact] = Given(owner=person.member, points=points)


def receive(now_us: int, giver: Person, taker: Person, fact: UUID, drawn: Draws, *, is_shared: bool = False) -> None:
    """Each pot's part lands in a pot of its own with the old dates: moving points never makes them younger."""
    for wallet in {pot.wallet for pot, _ in drawn}:
        theirs = giver.lapses.get(wallet)
        starts = taker.lapses.get(wallet, 0) <= now_us and any(pot.lapses for pot, _ in drawn if pot.wallet == wallet)
        if theirs is not None and (is_shared or starts):
            taker.lapses[wallet] = max(theirs, taker.lapses.get(wallet, theirs))
    for pot, points in drawn:
        taker.pots.append(
            Pot(
                number=len(taker.pots) + 1,
                fact=fact,
                wallet=pot.wallet,
                earned_us=pot.earned_us,
                expires_us=pot.expires_us,
                granted=points,
                left=points,
                waits=False,
                matures_us=pot.matures_us,
                lapses=pot.lapses,
                origin=pot.origin or (giver.member, pot.number),
            )
        )
        repay(taker, pot.wallet)


def merge(books: Books, closed: Person, command: MergeOut, _fact: UUID) -> None:
    """Everything of the closed account is in the other one now; credits are the same credits, holds the same holds."""
    taker = books.person(command.into)
    if taker is closed:
        raise No("same_member")
    if closed.household:
        raise No("in_a_household")
    if not taker.enrolled or taker.merged_into:
        raise No("member_merged")
    if command.claimed and (closed.blocked or taker.blocked):
        raise No("member_blocked")
    shift = len(taker.pots)
    for pot in closed.pots:
        pot.origin = pot.origin or (closed.member, pot.number)
        pot.number += shift
    taker.pots += closed.pots
    closed.pots = []
    taker.holds |= closed.holds
    closed.holds = {}
    for wallet in closed.wallets():
        taker.debts[wallet] += closed.debts[wallet]
    closed.debts.clear()
    for wallet, lapses_us in closed.lapses.items():
        taker.lapses[wallet] = max(taker.lapses.get(wallet, 0), lapses_us)
    closed.lapses.clear()
    taker.counts += closed.counts
    taker.days.update(closed.days)
    closed.counts.clear()
    closed.days.clear()
    taker.blocked = taker.blocked or closed.blocked
    closed.merged_into = command.into
    for wallet in taker.wallets():
        repay(taker, wallet)


Carry = Callable[[Books, Person, Command, UUID], None]


def ask(books: Books, person: Person, command: Command, fact: UUID, carry_out: Carry) -> None:
    """A command of somebody who may share a wallet: it brings what may be needed, and what is free goes back.

    Taking out of the shared wallet is an activity there, bringing into it is none.
    """
    if isinstance(command, LetTimePass):
        return
    if person.household:
        shared = books.person(person.household)
        wanted = min(may_draw(books, command) + person.debts[""] - person.free(""), shared.free(""))
        if wanted > 0:
            be_active(books, shared, "", books.now_us)
            receive(books.now_us, shared, person, fact, draw(shared, "", wanted), is_shared=True)
    carry_out(books, person, command, fact)
    books.move_on(books.now_us)
    for each in (person, *(books.person(other) for other in others(command))):
        if each.household and not each.blocked:
            shared = books.person(each.household)
            receive(books.now_us, each, shared, fact, draw(each, "", each.free("")), is_shared=True)


def others(command: Command) -> tuple[UUID, ...]:
    """Who has something of a command besides the one whom it is about."""
    match command:
        case TransferOut(to=other) | Move(to=other) | MergeOut(into=other):
            return (other,)
        case _:
            return ()


def may_draw(books: Books, command: Command) -> int:
    """The most points of the main wallet that a command may take."""
    match command:
        case Purchase(basket=basket):
            return sum(tender.points for tender in basket.tenders)
        case Redemption(wallet="", points=points) | HoldPlace(wallet="", points=points):
            return points
        case TransferOut(wallet="", points=int(points)):
            return points
        case Adjustment(wallet="", points=points):
            return max(0, -points)
        case RewardRedemption(reward=wanted, quantity=quantity):
            found = [reward for reward in books.rules(books.now_us).rewards if reward.id == wanted]
            return sum(reward.cost_points * quantity for reward in found if reward.wallet == "points")
        case Refund(purchase=undone) | Void(purchase=undone) | Move(purchase=undone) | Confirm(purchase=undone):
            return books.granted.get(undone, 0)
        case AdjustmentCancel(adjustment=undone):
            return books.granted.get(undone, 0)
        case _:
            return 0


def join(books: Books, person: Person, command: HouseholdJoin, fact: UUID) -> None:
    if person.blocked:
        raise No("member_blocked")
    if person.household:
        raise No("already_in_a_household")
    household = books.person(command.household)
    open_for_business(household)
    person.household = command.household
    if person.household == person.member:
        raise No("same_member")
    receive(books.now_us, person, household, fact, draw(person, "", person.free("")), is_shared=True)


def leave(_books: Books, person: Person, _command: HouseholdLeave, _fact: UUID) -> None:
    if not person.household:
        raise No("in_no_household")
    person.household = None
