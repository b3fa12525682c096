"""The naive model of purchases: what they earn, and how a part, the rest or the whole of one is undone.

It understands two effects, so many points per so much money and a bonus, without conditions; that is all that the
machine's rulebooks use.
"""

from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from app.engine.commands import Confirm, Move, Purchase, Refund, Void
from app.engine.ids import MOVED, part
from app.engine.rulebook.document import Bonus, Expiry, PerAmount, Rule, Rulebook
from tests.engine.builders import DAY_US, SECOND_US
from tests.engine.naive_books import (
    Books,
    Draws,
    No,
    Person,
    Pot,
    be_active,
    credit,
    draw,
    give_back,
    open_for_business,
    price,
    repay,
    take_back,
)
from tests.engine.naive_calendar import day_of
from tests.engine.naive_returning import Award, Bought, return_amount, return_lines

Kind = TypeVar("Kind")


def owned(books: Books, person: Person, fact: UUID, kind: type[Kind]) -> Kind:
    """The fact that a command names, if it is of that kind and this account's, or of one that was merged into it."""
    found = books.facts.get(fact)
    if not isinstance(found, kind):
        raise No("wrong_kind")
    owner = books.person(found.owner)  # type: ignore[attr-defined]
    while owner.merged_into:
        owner = books.person(owner.merged_into)
    if owner is not person:
        raise No("wrong_kind")
    return found


def buy(books: Books, person: Person, command: Purchase, fact: UUID) -> None:
    at_us = books.now_us if command.occurred_us is None else command.occurred_us
    if at_us > books.now_us + 60 * SECOND_US and books.rules(books.now_us).late.clock_skew == "refuse":
        raise No("clock_skew")
    at_us = min(at_us, books.now_us)
    rules = books.rules(at_us)
    if not command.any_age and at_us < books.now_us - books.rules(books.now_us).late.days_max * DAY_US:
        raise No("too_old")
    if command.not_after_us is not None and books.now_us > command.not_after_us:
        raise No("too_late")
    if command.replaces is not None and not was_voided(books, command):
        raise No("not_voided")
    lines = [(line.quantity_micro, line.amount_minor) for line in command.basket.lines]
    paid = sum(tender.points for tender in command.basket.tenders if tender.kind == "points")
    bought = Bought(
        owner=person.member,
        day=day_of(at_us, books.zone),
        at_us=at_us,
        lines=lines,
        rest=list(lines),
        paid_points=paid,
        paid_minor=paid,
        drawn=[],
        command=command,
    )
    if any(tender.kind == "points" for tender in command.basket.tenders):
        pay(books, person, bought)
    books.facts[fact] = bought
    awards = [
        (wallet, expiry, chosen, [earned(rule, bought.total - paid) for rule in chosen])
        for (wallet, expiry), chosen in destinations(rules).items()
    ]
    # A wallet in which the member never had points knows nothing of their activity.
    for wallet in person.wallets() | {wallet for wallet, _, _, given in awards if sum(given)}:
        be_active(books, person, wallet, at_us)
    for wallet, expiry, chosen, given in awards:
        pot = credit(books, person, fact, wallet, sum(given), at_us, expiry)
        bought.awards.append(Award(rules=chosen, given=given, pot=pot))
    person.days[bought.day] += sum(sum(award.given) for award in bought.awards if not award_wallet(award))


def was_voided(books: Books, command: Purchase) -> bool:
    """Whether a receipt may be rung up again: whose it was does not matter."""
    found = books.facts.get(command.replaces) if command.replaces else None
    return isinstance(found, Bought) and found.voided and found.command.external_id == command.external_id


def pay(books: Books, person: Person, bought: Bought) -> None:
    """A tender of points: one for one, as in every rulebook of the machine."""
    price(books.rules(books.now_us).redemption, bought.paid_points)
    bought.drawn = draw(person, "", bought.paid_points)
    if bought.paid_points > bought.total:
        raise No("exceeds_basket")


def award_wallet(award: Award) -> str:
    return award.rules[0].wallet or ""


def destinations(rules: Rulebook) -> dict[tuple[str, Expiry | None], list[Rule]]:
    """Which rules pay into which pot: base rules before bonuses, the main wallet's usual pot first."""
    found: dict[tuple[str, Expiry | None], list[Rule]] = {("", None): []}
    for rule in sorted(rules.earning.rules, key=lambda rule: (isinstance(rule.effect, Bonus), rule.priority, rule.id)):
        found.setdefault((rule.wallet or "", rule.expiry), []).append(rule)
    places = sorted(
        (place for place in found if found[place]), key=lambda place: (place[0] != "", place[1] is not None)
    )
    return {place: found[place] for place in places}


def earned(rule: Rule, money: int) -> int:
    if isinstance(rule.effect, PerAmount):
        return money * rule.effect.points // rule.effect.per_minor
    assert isinstance(rule.effect, Bonus)
    return rule.effect.points


def kept(rule: Rule, given: int, bought: Bought) -> int:
    """What a rule would leave of its points for the rest of the purchase."""
    if bought.is_nothing:
        return 0
    if rule.on_refund == "keep":
        return given
    if rule.on_refund == "prorate":
        return given * bought.left // bought.total if bought.total else given
    if rule.on_refund == "all_or_nothing":
        return given if bought.rest == bought.lines else 0
    return earned(rule, bought.left - (bought.paid_minor - bought.returned_minor))


def refund(books: Books, person: Person, command: Refund, _fact: UUID) -> None:
    bought = owned(books, person, command.purchase, Bought)
    if bought.ended:
        raise No("already_reversed")
    if command.lines:
        return_lines(bought, command.lines)
    elif command.amount_minor is not None:
        return_amount(bought, command.amount_minor)
    else:
        bought.rest = [(0, 0) for _ in bought.rest]
    if bought.is_nothing:
        bought.ended = True
    undo(books, person, bought)


def void(books: Books, person: Person, command: Void, _fact: UUID) -> None:
    bought = owned(books, person, command.purchase, Bought)
    if bought.ended:
        raise No("already_reversed")
    bought.ended = bought.voided = True
    bought.rest = [(0, 0) for _ in bought.rest]
    undo(books, person, bought)


def move(books: Books, person: Person, command: Move, fact: UUID) -> None:
    """The purchase never happened here, and happens again there, at its own time."""
    bought = owned(books, person, command.purchase, Bought)
    if bought.ended:
        raise No("already_reversed")
    if command.to == person.member:
        raise No("same_member")
    if bought.paid_points:
        raise No("paid_with_points")
    if bought.rest != bought.lines:
        raise No("partly_reversed")
    void(books, person, Void(purchase=command.purchase), fact)
    taker = books.person(command.to)
    open_for_business(taker)
    again = replace(bought.command, occurred_us=bought.at_us, any_age=True, replaces=command.purchase)
    bought.voided = True
    buy(books, taker, again, part(fact, MOVED))
    bought.voided = False


def undo(books: Books, person: Person, bought: Bought) -> None:
    """Give points paid back, then ask back what the rest does not earn."""
    gone, total = bought.total - bought.left, bought.total
    back = bought.paid_points if bought.is_nothing else bought.paid_points * gone // (total or 1)
    bought.returned_minor = bought.paid_minor if bought.is_nothing else bought.paid_minor * gone // (total or 1)
    give_back(person, last_drawn_first(bought.drawn, bought.returned, back))
    bought.returned = back
    for award in bought.awards:
        given = sum(award.given)
        rest = sum(kept(rule, points, bought) for rule, points in zip(award.rules, award.given, strict=True))
        asked = min(max(given - rest, award.asked), given)
        if award.pot:
            take_back(books, person, award.pot, asked - award.asked)
        if not award_wallet(award):
            person.days[bought.day] -= asked - award.asked
        award.asked = asked


def last_drawn_first(drawn: Draws, before: int, after: int) -> Draws:
    """The part of the draws, read backwards, between so many points and so many."""
    found: Draws = []
    passed = 0
    for pot, points in reversed(drawn):
        start, end = max(before, passed), min(after, passed + points)
        if end > start:
            found.append((pot, end - start))
        passed += points
    return found


def confirm(books: Books, person: Person, command: Confirm, _fact: UUID) -> None:
    bought = owned(books, person, command.purchase, Bought)
    if bought.ended:
        raise No("already_reversed")
    found = waiting(bought)
    if not found:
        raise No("nothing_pending")
    for pot in found:
        pot.waits = False
    for pot in found:
        repay(person, pot.wallet)


def waiting(bought: Bought) -> list[Pot]:
    """The pots of a purchase that wait for somebody's word."""
    pots = [award.pot for award in bought.awards if award.pot]
    return [pot for pot in pots if pot.waits and pot.left and pot.matures_us is None]
