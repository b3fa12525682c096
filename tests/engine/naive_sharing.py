"""The naive model of points that change hands: transfers, households, and two accounts that become one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.engine.calendar import local_day
from app.engine.commands import Command, HouseholdJoin, LetTimePass, TransferOut
from tests.engine.naive_books import Books, Draws, No, Person, Pot, be_active, draw, repay


@dataclass(eq=False)
class Given:
    """A transfer."""

    owner: UUID
    points: int


def open_for_business(person: Person) -> None:
    if not person.enrolled:
        raise No("not_enrolled")
    if person.merged_into:
        raise No("member_merged")
    if person.blocked:
        raise No("member_blocked")


def transfer(books: Books, person: Person, command: TransferOut, fact: UUID) -> None:
    terms = books.rules(books.now_us).transfers
    points = person.free(command.wallet) if command.points is None else command.points
    if terms is None:
        raise No("transfers_off")
    if command.to == person.member:
        raise No("same_member")
    if points < terms.minimum_points or points > (terms.maximum_points or points):
        raise No("transfer_size")
    counter = f"transfer/{local_day(books.now_us, books.zone)}"
    if terms.per_day_points is not None and person.counts[counter] + points > terms.per_day_points:
        raise No("transfer_day")
    taker = books.person(command.to)
    open_for_business(taker)
    person.counts[counter] += points
    receive(person, taker, fact, draw(person, command.wallet, points))
    be_active(books, person, command.wallet, books.now_us)
    books.facts[fact] = Given(owner=person.member, points=points)


def receive(giver: Person, taker: Person, fact: UUID, drawn: Draws) -> None:
    """Each pot's part lands in a pot of its own with the old dates: moving points never makes them younger."""
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
        if pot.lapses and pot.wallet in giver.lapses:
            taker.lapses.setdefault(pot.wallet, giver.lapses[pot.wallet])
        repay(taker, pot.wallet)


def merge(books: Books, closed: Person, into: UUID) -> None:
    """Everything of the closed account is in the other one now; credits are the same credits, holds the same holds."""
    taker = books.person(into)
    if taker is closed:
        raise No("same_member")
    if not taker.enrolled or taker.merged_into:
        raise No("member_merged")
    new: dict[Pot, Pot] = {}
    for pot in closed.pots:
        if not (pot.left or pot.missing):
            continue
        pot.moved_to = new[pot] = Pot(
            number=len(taker.pots) + 1,
            fact=pot.fact,
            wallet=pot.wallet,
            earned_us=pot.earned_us,
            expires_us=pot.expires_us,
            granted=pot.left,
            left=pot.left,
            waits=pot.waits,
            matures_us=pot.matures_us,
            lapses=pot.lapses,
            origin=pot.origin or (closed.member, pot.number),
            missing=pot.missing,
        )
        taker.pots.append(new[pot])
        pot.left = pot.missing = 0
    for fact, hold in closed.holds.items():
        hold.draws = [(new[pot], points) for pot, points in hold.draws]
        taker.holds[fact] = hold
    closed.holds = {}
    for wallet in closed.wallets():
        taker.debts[wallet] += closed.debts[wallet]
    closed.debts.clear()
    for wallet, lapses_us in closed.lapses.items():
        taker.lapses[wallet] = max(taker.lapses.get(wallet, 0), lapses_us)
    closed.lapses.clear()
    taker.counts += closed.counts
    taker.days.update(closed.days)
    taker.blocked = taker.blocked or closed.blocked
    closed.merged_into = into
    for wallet in taker.wallets():
        repay(taker, wallet)


Carry = Callable[[Books, Person, Command, UUID], None]


def ask(books: Books, person: Person, command: Command, fact: UUID, carry_out: Carry) -> None:
    """A command of somebody who may share a wallet: what is free is the household's, before and after."""
    if isinstance(command, LetTimePass):
        return
    if person.household:
        # A member owns nothing that is free, so everything of the household's may be used, and the rest goes back.
        shared = books.person(person.household)
        receive(shared, person, fact, draw(shared, "", shared.free("")))
    carry_out(books, person, command, fact)
    if person.household:
        receive(person, books.person(person.household), fact, draw(person, "", person.free("")))


def join(books: Books, person: Person, command: HouseholdJoin, fact: UUID) -> None:
    if person.household:
        raise No("already_in_a_household")
    household = books.person(command.household)
    open_for_business(household)
    person.household = command.household
    receive(person, household, fact, draw(person, "", person.free("")))


def leave(person: Person) -> None:
    if not person.household:
        raise No("in_no_household")
    person.household = None
