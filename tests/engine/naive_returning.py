"""The naive model of a purchase and of what is left of it when goods or money go back."""

from dataclasses import dataclass, field
from uuid import UUID

from app.engine.commands import Purchase, RefundLine
from app.engine.rulebook.document import Rule
from tests.engine.naive_books import Draws, No, Pot


@dataclass(eq=False)
class Award:
    """What some rules gave into one pot, and how much of it has been asked back."""

    rules: list[Rule]
    given: list[int]
    pot: Pot | None
    asked: int = 0


@dataclass(eq=False)
class Bought:
    """A purchase, and what is left of it."""

    owner: UUID
    day: int
    at_us: int
    lines: list[tuple[int, int]]
    rest: list[tuple[int, int]]
    paid_points: int
    paid_minor: int
    drawn: Draws
    command: Purchase
    awards: list[Award] = field(default_factory=list)
    returned: int = 0
    returned_minor: int = 0
    ended: bool = False
    # Of each line, the money that went back for no line in particular.
    unnamed: list[int] = field(default_factory=list)
    voided: bool = False

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.lines)

    @property
    def left(self) -> int:
        return sum(amount for _, amount in self.rest)

    @property
    def is_nothing(self) -> bool:
        return not any(quantity or amount for quantity, amount in self.rest)


def return_lines(bought: Bought, lines: tuple[RefundLine, ...]) -> None:
    if any(each.line >= len(bought.rest) for each in lines):
        raise No("unknown_line")
    if len({each.line for each in lines}) < len(lines):
        raise No("line_repeated")
    for each in lines:
        quantity, amount = bought.rest[each.line]
        if not (quantity or amount):
            raise No("refunds_too_much")
        if each.quantity_micro is not None:
            if not 1 <= each.quantity_micro <= quantity:
                raise No("refunds_too_much")
            money = amount * each.quantity_micro // quantity
            bought.rest[each.line] = (quantity - each.quantity_micro, amount - money)
        elif each.amount_minor is not None:
            if not 1 <= each.amount_minor <= amount:
                raise No("refunds_too_much")
            all_of_it = each.amount_minor == amount
            bought.rest[each.line] = (0 if all_of_it else quantity, amount - each.amount_minor)
        else:
            bought.rest[each.line] = (0, 0)
        if bought.unnamed and amount:
            bought.unnamed[each.line] = bought.unnamed[each.line] * bought.rest[each.line][1] // amount


def return_amount(bought: Bought, money: int) -> None:
    """All money that went back for no line in particular is on the lines in proportion to what they cost without it.

    By largest remainder, ties by line order; who gave too much already waits until it is right.
    """
    if not 1 <= money <= bought.left:
        raise No("refunds_too_much")
    if bought.left == money:
        bought.rest = [(0, 0) for _ in bought.rest]
        return
    taken = bought.unnamed or [0] * len(bought.rest)
    sharing = list(range(len(bought.rest)))
    shares: dict[int, int] = {}
    while not shares or any(shares[number] < taken[number] for number in sharing):
        sharing = [number for number in sharing if not shares or shares[number] >= taken[number]]
        cost = {number: bought.rest[number][1] + taken[number] for number in sharing}
        total, whole = money + sum(taken[number] for number in sharing), sum(cost.values())
        shares = {number: total * cost[number] // whole for number in sharing}
        by_remainder = sorted(sharing, key=lambda number: (-(total * cost[number] % whole), number))
        for number in by_remainder[: total - sum(shares.values())]:
            shares[number] += 1
    for number, share in shares.items():
        quantity, amount = bought.rest[number]
        bought.rest[number] = (quantity, amount - share + taken[number])
    bought.unnamed = [shares.get(number, given) for number, given in enumerate(taken)]
