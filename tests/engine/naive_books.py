"""The books of the naive model: pots of points, what is owed, what is held; every question is answered by adding up.

Written from docs/semantics.md alone. Nothing is kept that can be counted, nothing is fast, and whoever disagrees
with the engine should read this first.
"""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from app.engine.context import Timeline
from app.engine.rulebook.document import Expiry, Inactivity, Redemption, Rulebook, Wallet
from tests.engine.naive_calendar import forgotten_us, free_us, goes_us


class No(Exception):
    """The command is refused, for this reason. Whatever was done so far is forgotten with the books."""


@dataclass(eq=False)
class Pot:
    """One credit: `left` of `granted` are still there. `missing` was asked back and could not be had."""

    number: int
    fact: UUID
    wallet: str
    earned_us: int
    expires_us: int | None
    granted: int
    left: int
    waits: bool
    matures_us: int | None
    lapses: bool
    origin: tuple[UUID, int] | None = None
    expired: int = 0
    forgiven: int = 0
    missing: int = 0


Draws = list[tuple[Pot, int]]


@dataclass(eq=False)
class Hold:
    """Points that are set aside."""

    fact: UUID
    wallet: str
    until_us: int
    life_until_us: int
    rulebook: Rulebook
    draws: Draws


@dataclass(eq=False)
class Person:
    """One account."""

    member: UUID
    enrolled: bool = False
    pots: list[Pot] = field(default_factory=list)
    debts: Counter[str] = field(default_factory=Counter)
    lapses: dict[str, int] = field(default_factory=dict)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    blocked: bool = False
    household: UUID | None = None
    merged_into: UUID | None = None

    def held_of(self, pot: Pot) -> int:
        return sum(points for hold in self.holds.values() for other, points in hold.draws if other is pot)

    def loose(self, pot: Pot) -> int:
        """What of a pot is not held."""
        return pot.left - (self.held_of(pot) if self.holds else 0)

    def pots_of(self, wallet: str) -> list[Pot]:
        """The pots of a wallet in spending order."""
        mine = [pot for pot in self.pots if pot.wallet == wallet]
        return sorted(mine, key=lambda p: (p.expires_us is None, p.expires_us or 0, p.earned_us, p.number))

    def free(self, wallet: str) -> int:
        return sum(self.loose(pot) for pot in self.pots_of(wallet) if not pot.waits)

    def pending(self, wallet: str) -> int:
        return sum(pot.left for pot in self.pots_of(wallet) if pot.waits)

    def held(self, wallet: str) -> int:
        return sum(self.held_of(pot) for pot in self.pots_of(wallet))

    def balance(self, wallet: str) -> int:
        return sum(pot.left for pot in self.pots_of(wallet)) - self.debts[wallet]

    def wallets(self) -> set[str]:
        return {"", *(pot.wallet for pot in self.pots), *self.debts}


@dataclass(eq=False)
class Books:
    """All accounts of a programme, what its members share, and every fact by its id."""

    zone: str
    timeline: Timeline
    now_us: int = 0
    people: dict[UUID, Person] = field(default_factory=dict)
    stocks: Counter[str] = field(default_factory=Counter)
    facts: dict[UUID, object] = field(default_factory=dict)
    granted: Counter[UUID] = field(default_factory=Counter)

    def person(self, member: UUID) -> Person:
        return self.people.setdefault(member, Person(member=member))

    def rules(self, at_us: int) -> Rulebook:
        documents = [e.compiled.document for e in self.timeline.editions if e.effective_us <= at_us]
        if not documents:
            raise No("no_rulebook")
        return documents[-1]

    def terms(self, wallet: str, at_us: int) -> Rulebook | Wallet:
        """The part of the rulebook that speaks of a wallet."""
        rules = self.rules(at_us)
        if not wallet:
            return rules
        named = [other for other in rules.wallets if other.id == wallet]
        if not named:
            raise No("unknown_wallet")
        return named[0]

    def move_on(self, now_us: int) -> None:
        """Let time pass for everybody, instant by instant."""
        self.now_us = now_us
        for person in self.people.values():
            while due := [happening for happening in happenings(person) if happening[0] <= now_us]:
                happen(person, *min(due, key=lambda happening: happening[:2]))


def happenings(person: Person) -> list[tuple[int, int, object]]:
    """Everything that time alone will do: when, in which order within one instant, and to what."""
    found: list[tuple[int, int, object]] = [(hold.until_us, 1, hold) for hold in person.holds.values()]
    for pot in [pot for pot in person.pots if pot.left]:
        if pot.waits and pot.matures_us is not None:
            found.append((pot.matures_us, 0, pot))
        if pot.expires_us is not None and person.loose(pot):
            found.append((pot.expires_us, 2, pot))
    asking = {pot.wallet for pot in person.pots if pot.lapses and pot.left and pot.expires_us is None}
    return [*found, *((person.lapses[wallet], 3, wallet) for wallet in asking if wallet in person.lapses)]


def happen(person: Person, at_us: int, _order: int, what: object) -> None:
    if isinstance(what, Hold):
        let_go(person, what)
    elif isinstance(what, Pot) and what.waits and what.matures_us == at_us:
        # What matures at one instant is there at once: which of it repays is a question of spending order alone.
        for pot in person.pots_of(what.wallet):
            pot.waits = pot.waits and not (pot.left and pot.matures_us == at_us)
        repay(person, what.wallet)
    elif isinstance(what, Pot):
        expire(person, what)
    elif isinstance(what, str):
        for pot in person.pots_of(what):
            if pot.lapses and pot.left and pot.expires_us is None:
                # What is held outlives it, and from now on has a date that is past.
                expire(person, pot)
                pot.expires_us = at_us if pot.left else None
    else:
        raise TypeError(what)


def expire(person: Person, pot: Pot) -> None:
    lost = person.loose(pot)
    pot.left -= lost
    pot.expired += lost


def repay(person: Person, wallet: str) -> None:
    """Nothing is free while there is debt: free points repay it, in spending order."""
    for pot in person.pots_of(wallet):
        points = 0 if pot.waits else min(person.loose(pot), person.debts[wallet])
        pot.left -= points
        person.debts[wallet] -= points


def credit(
    books: Books,
    person: Person,
    fact: UUID,
    wallet: str,
    points: int,
    earned_us: int,
    expiry: Expiry | None = None,
    *,
    may_wait: bool = True,
) -> Pot | None:
    """Points granted by the rulebook of the instant at which they were earned."""
    if not points:
        return None
    terms = books.terms(wallet, earned_us)
    chosen = expiry or terms.expiry
    matures = free_us(terms.pending, earned_us, books.zone) if may_wait else earned_us
    pot = Pot(
        number=len(person.pots) + 1,
        fact=fact,
        wallet=wallet,
        earned_us=earned_us,
        expires_us=goes_us(chosen, earned_us, books.zone),
        granted=points,
        left=points,
        waits=matures is None or matures > books.now_us,
        matures_us=matures,
        lapses=isinstance(chosen, Inactivity),
    )
    person.pots.append(pot)
    if isinstance(chosen, Inactivity) and person.lapses.get(wallet, 0) <= books.now_us:
        # Nothing tells yet when these go, not even activity: the rulebook of their own time does.
        until_us = forgotten_us(chosen, earned_us, books.zone)
        person.lapses[wallet] = max(until_us, person.lapses.get(wallet, until_us))
    if not wallet:
        books.granted[fact] += points
    repay(person, wallet)
    return pot


def be_active(books: Books, person: Person, wallet: str, at_us: int) -> None:
    """The member did something: what goes for want of activity stays longer, as the rulebook of now says."""
    expiry = books.terms(wallet, books.now_us).expiry
    if isinstance(expiry, Inactivity):
        until_us = forgotten_us(expiry, at_us, books.zone)
        person.lapses[wallet] = max(until_us, person.lapses.get(wallet, until_us))


def draw(person: Person, wallet: str, points: int) -> Draws:
    """Take free points in spending order."""
    drawn: Draws = []
    for pot in person.pots_of(wallet):
        share = 0 if pot.waits else min(person.loose(pot), points)
        if share:
            pot.left -= share
            points -= share
            drawn.append((pot, share))
    if points:
        raise No("insufficient_points")
    return drawn


def give_back(person: Person, draws: Draws) -> None:
    """Points come back: first what their own pot could not give, then debt, then the pot with its own dates."""
    for pot, points in draws:
        missing = min(points, pot.missing)
        pot.missing -= missing
        pot.left += points - missing
        owed = min(points - missing, person.debts[pot.wallet])
        pot.left -= owed
        person.debts[pot.wallet] -= owed


def let_go(person: Person, hold: Hold) -> None:
    """A hold ends, and what it kept comes back."""
    del person.holds[hold.fact]
    for pot, points in hold.draws:
        pot.left -= points
    give_back(person, hold.draws)


def take_back(books: Books, person: Person, pot: Pot, asked: int) -> None:
    """Undo so much of a credit: what expired is gone, then its own rest, then other free points, then debt."""
    forgiven = min(asked, pot.expired - pot.forgiven)
    pot.forgiven += forgiven
    own = min(asked - forgiven, person.loose(pot))
    pot.left -= own
    others = min(asked - forgiven - own, person.free(pot.wallet))
    draw(person, pot.wallet, others)
    rest = asked - forgiven - own - others
    debt = books.terms(pot.wallet, books.now_us).debt
    if rest and debt.policy == "refuse":
        raise No("not_enough_to_reverse")
    room = rest if debt.floor_points is None else max(0, -debt.floor_points - person.debts[pot.wallet])
    owed = 0 if debt.policy == "clamp" else min(rest, room)
    person.debts[pot.wallet] += owed
    pot.missing += rest - owed


def price(terms: Redemption | None, points: int) -> None:
    if terms is None:
        raise No("not_redeemable")
    if points < terms.minimum_points:
        raise No("below_minimum")
    if points % terms.step_points:
        raise No("not_a_step")


def open_for_business(person: Person) -> None:
    """Somebody else sends points here, or a purchase."""
    if not person.enrolled:
        raise No("not_enrolled")
    if person.merged_into:
        raise No("member_merged")
    if person.blocked:
        raise No("member_blocked")
