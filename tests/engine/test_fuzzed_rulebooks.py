"""Any document at all: publishing refuses it with pointers, or the engine never raises under it."""

import json
import random
from collections import Counter
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.home import PROJECT
from app.engine.change import Change
from app.engine.codec import decode_change, encode
from app.engine.commands import Enrol, LetTimePass, Purchase, Redemption, Refund, RefundLine, RewardRedemption
from app.engine.facts import Basket, Line, Tender
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import CURRENCY, ZONE, instant, timeline
from tests.engine.fuzzing import CODES, Maker
from tests.engine.worlds import World

EXAMPLES: Final = tuple(json.loads(path.read_text()) for path in sorted((PROJECT / "examples").glob("*.rulebook.json")))
DAY_US: Final = 86_400_000_000
MEMBER: Final = UUID(int=7)
STEPS: Final = 12
FUZZING: Final = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS: Final = st.integers(0, 2**32)


@FUZZING
@given(seed=SEEDS)
def test_a_made_up_document_is_refused_with_pointers_or_lived_under(seed: int) -> None:
    lived_under(Maker(seed).document(), seed)


@FUZZING
@given(seed=SEEDS)
def test_an_example_with_parts_made_anew_is_refused_with_pointers_or_lived_under(seed: int) -> None:
    lived_under(Maker(seed).varied(EXAMPLES[seed % len(EXAMPLES)]), seed)


def test_some_documents_pass_and_some_do_not() -> None:
    """Without both the other two would test nothing."""
    varied = Counter(isinstance(check(Maker(seed).varied(EXAMPLES[0]), None), Rulebook) for seed in range(60))
    assert varied[True] > 10
    assert varied[False] > 10


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"]["en"])
def test_every_example_is_lived_under(example: Any) -> None:
    assert isinstance(check(example, None), Rulebook)
    for seed in range(5):
        lived_under(example, seed)


def lived_under(document: Any, seed: int) -> None:
    """Refused with faults that point into it, or lived under: nothing raises, and what is recorded reads back equal."""
    checked = check(document, None)
    if not isinstance(checked, Rulebook):
        assert checked, "a refusal says why"
        for fault in checked:
            assert fault.code
            assert fault.detail.endswith("."), fault
            found_at(document, fault.pointer)
        return
    rng = random.Random(seed)  # noqa: S311 - chance, no secret
    world = World(timeline((0, checked)), ZONE, instant("2026-01-10 09:00", ZONE))
    world.ask(MEMBER, Enrol(), UUID(int=1))
    for number in range(STEPS):
        world.now_us += rng.choice((0, DAY_US // 24, DAY_US, 40 * DAY_US))
        change = world.ask(MEMBER, asked(rng, world, checked), UUID(int=100 + number))
        if isinstance(change, Change):
            assert decode_change(encode(change)) == change


def found_at(document: Any, pointer: str) -> None:
    """A pointer leads to a part of the document, or to one that should be there. Raises LookupError past that."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[:-1]:
        document = document[int(step)] if isinstance(document, list) else document[step]


def asked(rng: random.Random, world: World, document: Rulebook) -> Any:
    """What somebody might want next."""
    bought = [row.fact for row in world.rows if isinstance(row.command, Purchase)]
    match rng.randrange(8):
        case 0 | 1 | 2 | 3:
            late_us = rng.choice((0, 0, 0, 3 * DAY_US))
            return Purchase(basket=basket(rng), occurred_us=world.now_us - late_us)
        case 4 if bought:
            lines = rng.choice(((), (RefundLine(line=0),)))
            return Refund(purchase=rng.choice(bought), lines=lines)
        case 5:
            return Redemption(points=rng.choice((0, 1, 10, 100, 500)))
        case 6 if document.rewards:
            return RewardRedemption(reward=rng.choice(document.rewards).id)
        case _:
            return LetTimePass()


def basket(rng: random.Random) -> Basket:
    """Some lines of goods that the documents know, from a store that they know."""
    amounts = (0, 1, 999, 35_000, 120_000, 10**7)
    lines = tuple(
        Line(
            sku=rng.choice(CODES),
            category=rng.choice(CODES),
            quantity_micro=rng.choice((0, 500_000, 1_000_000, 7_000_000)),
            amount_minor=rng.choice(amounts),
        )
        for _ in range(rng.randint(1, 5))
    )
    total = sum(line.amount_minor for line in lines)
    tenders = rng.choice(((), (Tender(kind="cash", amount_minor=total),), (Tender(kind="points", points=10),)))
    store, channel = rng.choice(("D1", "D2", None)), rng.choice(("app", None))
    return Basket(currency=CURRENCY, lines=lines, tenders=tenders, store=store, channel=channel)
