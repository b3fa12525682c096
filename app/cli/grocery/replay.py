"""The replay: day by day, with the clock of the programme, what was bought is sent as tills send it at night."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from app.cli.errors import CommandError
from app.cli.grocery import answers
from app.cli.grocery.answers import Fact, Result
from app.cli.grocery.journey import CURRENCY, ZONE, Basket, Journey
from app.cli.grocery.opening import CONNECTIONS, Programme, at_once, rfc3339
from app.cli.grocery.policy import END, START, Policy, end_of, points_to_redeem

COMMANDS_MAX: Final = 1000
BUSY: Final = frozenset({429, 503})
TRIES_MAX: Final = 10
LAST: Final = date(START.year, 12, 31)

Command = dict[str, Any]
Told = Callable[[date, int], None]


@dataclass(kw_only=True)
class Counted:
    """What the replay did, by its own count."""

    purchases: int = 0
    lines: int = 0
    refunds: int = 0
    redemptions: int = 0
    retried: int = 0
    seconds: float = 0.0
    batch_ms: list[float] = field(default_factory=list)


class Replay:
    """The days of one replay. `told` hears each day that is done, and how many baskets it had."""

    def __init__(self, programme: Programme, policy: Policy, told: Told) -> None:
        self.programme = programme
        self._policy = policy
        self._told = told
        self._places = {household: place for place, household in enumerate(programme.members)}
        self._balances = dict.fromkeys(programme.members, 0)
        self.counted = Counted()

    def run(self, journey: Journey, days: int | None) -> datetime:
        """The whole year and a month beyond, or its first `days`. Returns where the clock stands then."""
        last = LAST if days is None else min(LAST, START + timedelta(days=days - 1))
        started = time.perf_counter()
        bought = journey.days()
        coming = next(bought, None)
        to_refund: list[tuple[int, str]] = []
        day = START
        while day <= last:
            baskets: Sequence[Basket] = ()
            if coming is not None and coming[0] == day:
                baskets = coming[1]
                coming = next(bought, None)
            to_refund = self._live(day, baskets, to_refund)
            self._told(day, len(baskets))
            day += timedelta(days=1)
        self.counted.seconds = time.perf_counter() - started
        end = end_of(last) if days is not None else datetime.combine(END, datetime.min.time(), ZONE)
        if days is None:
            self.advance(end)
        return end

    def _live(
        self, day: date, baskets: Sequence[Basket], to_refund: Sequence[tuple[int, str]]
    ) -> list[tuple[int, str]]:
        """One day: purchases, then refunds of yesterday's, then redemptions. Returns what comes back tomorrow."""
        self.advance(end_of(day))
        facts = self._purchases(baskets)
        self._refunds(to_refund)
        self._redemptions(day)
        return [(basket.household, fact.id) for basket, fact in facts if self._policy.refunds(basket)]

    def advance(self, to: datetime) -> None:
        """Put the programme's clock forward."""
        self.programme.api.post("/v1/test-clock/advance", {"to": rfc3339(to)}, key=f"clock-{to.date()}")

    def _purchases(self, baskets: Sequence[Basket]) -> list[tuple[Basket, Fact]]:
        facts = self._send([(basket.household, self._purchase(basket)) for basket in baskets])
        for basket, fact in zip(baskets, facts, strict=True):
            answers.check_purchase(basket, fact)
            self.counted.lines += len(basket.lines)
        self.counted.purchases += len(baskets)
        return list(zip(baskets, facts, strict=True))

    def _purchase(self, basket: Basket) -> Command:
        return {
            "idempotency_key": f"basket-{basket.id}",
            "kind": "purchase",
            "purchase": {
                "member": self.programme.members[basket.household],
                "currency": CURRENCY,
                "lines": [
                    {
                        "sku": str(line.product),
                        "category": line.department,
                        "quantity": str(line.quantity),
                        "amount": line.amount_minor,
                        "discount": line.discount_minor,
                    }
                    for line in basket.lines
                ],
                "store": str(basket.store),
                "occurred_at": rfc3339(basket.at),
                "external_id": str(basket.id),
            },
        }

    def _refunds(self, purchases: Sequence[tuple[int, str]]) -> None:
        self._send(
            [
                (
                    household,
                    {"idempotency_key": f"refund-{purchase}", "kind": "refund", "refund": {"purchase": purchase}},
                )
                for household, purchase in purchases
            ]
        )
        self.counted.refunds += len(purchases)

    def _redemptions(self, day: date) -> None:
        """What a household was last told is the most that it can have: only expiry happens unasked."""
        terms = self.programme.document["redemption"]
        asked = []
        for household, member in self.programme.members.items():
            if self._policy.redeems(self._places[household], day) and self._can_redeem(household, terms):
                self._balances[household] = self.programme.api.get(f"/v1/members/{member}/balance")["points"]
            if self._policy.redeems(self._places[household], day) and (points := self._can_redeem(household, terms)):
                body = {"member": member, "points": points}
                key = f"redeem-{household}-{day}"
                asked.append((household, {"idempotency_key": key, "kind": "redemption", "redemption": body}))
        self._send(asked)
        self.counted.redemptions += len(asked)

    def _can_redeem(self, household: int, terms: Command) -> int:
        step, minimum = terms["step_points"], terms["minimum_points"]
        return points_to_redeem(self._balances[household], step=step, minimum=minimum)

    def _send(self, commands: Sequence[tuple[int, Command]]) -> list[Fact]:
        """Carry out the commands of households, in order, and remember the balances. Every one must succeed."""
        found: list[Fact | None] = [None] * len(commands)
        for places, results in at_once(lambda part: (part, self._carry_out(commands, part)), self._parts(commands)):
            for place, result in zip(places, results, strict=True):
                found[place] = result.fact()
        facts = [fact for fact in found if fact is not None]
        for (household, _), fact in zip(commands, facts, strict=True):
            self._balances[household] = fact.balance.points
        return facts

    def _parts(self, commands: Sequence[tuple[int, Command]]) -> Iterator[Sequence[int]]:
        """A part for each connection: all that a household does stays together, so that its order is kept."""
        for connection in range(CONNECTIONS):
            places = [place for place, (household, _) in enumerate(commands) if household % CONNECTIONS == connection]
            for start in range(0, len(places), COMMANDS_MAX):
                yield places[start : start + COMMANDS_MAX]

    def _carry_out(self, commands: Sequence[tuple[int, Command]], places: Sequence[int]) -> list[Result]:
        """One batch. What the service had no time for is sent again under its keys, as a till would."""
        results: dict[int, Result] = {}
        left = list(places)
        for attempt in range(TRIES_MAX):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 5))
                self.counted.retried += len(left)
            started = time.perf_counter()
            body = msgspec.json.encode({"commands": [commands[place][1] for place in left]})
            answered = answers.results_of(self.programme.api.send("POST", "/v1/batch", content=body))
            self.counted.batch_ms.append((time.perf_counter() - started) * 1000)
            results |= dict(zip(left, answered, strict=True))
            left = [place for place in left if results[place].status in BUSY]
            if not left:
                return [results[place] for place in places]
        raise CommandError("The service stayed busy.")
