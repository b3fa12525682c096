"""The answers of the service as the replay reads them: only what it checks and needs."""

from typing import Final

from msgspec import Raw, Struct, json

from app.cli.errors import CommandError
from app.cli.grocery.journey import CURRENCY, Basket


class Points(Struct, frozen=True):
    """Some points of a purchase: of a line, of another wallet, of a rule."""

    points: int = 0
    granted: int = 0


class Money(Struct, frozen=True):
    """An amount in cents."""

    amount: int
    currency: str


class Balance(Struct, frozen=True):
    """What a member can spend, or owes."""

    points: int
    debt: int


class Fact(Struct, frozen=True):
    """A purchase, a refund or a redemption."""

    id: str
    balance: Balance
    points: int = 0
    total: Money | None = None
    lines: tuple[Points, ...] = ()
    other_points: tuple[Points, ...] = ()
    explanation: tuple[Points, ...] = ()


class Problem(Struct, frozen=True):
    """Why a command was not carried out."""

    code: str
    detail: str


class Result(Struct, frozen=True):
    """What became of one command of a batch."""

    idempotency_key: str
    status: int
    replayed: bool
    purchase: Fact | None = None
    refund: Fact | None = None
    redemption: Fact | None = None
    problem: Problem | None = None

    def fact(self) -> Fact:
        """What was recorded. Raises CommandError when nothing was."""
        found = self.purchase or self.refund or self.redemption
        if found is None or self.status != 201:
            why = f"{self.problem.code}: {self.problem.detail}" if self.problem else ""
            raise CommandError(f"{self.idempotency_key} was answered {self.status} {why}")
        return found


class Batch(Struct, frozen=True):
    """The answer to a batch, each result still as it came."""

    results: tuple[Raw, ...]


_BATCH: Final = json.Decoder(Batch)
_RESULT: Final = json.Decoder(Result)


def results_of(body: bytes) -> list[Result]:
    """The results of a batch, in the order of its commands."""
    return [_RESULT.decode(raw) for raw in _BATCH.decode(body).results]


def check_purchase(basket: Basket, fact: Fact) -> None:
    """The answer is about this basket, and its points add up by line and by rule. Raises CommandError if not."""
    total = sum(line.amount_minor for line in basket.lines)
    right = (
        fact.total == Money(total, CURRENCY)
        and len(fact.lines) == len(basket.lines)
        and sum(line.points for line in fact.lines) == fact.points
        and sum(rule.granted for rule in fact.explanation)
        == fact.points + sum(each.points for each in fact.other_points)
    )
    if not right:
        raise CommandError(f"The answer about basket {basket.id} does not add up: {fact}")
