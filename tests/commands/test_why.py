"""Why did I get this? Every entry of every kind of row has its sentence, and the numbers add up to what was booked."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import get_args

import pytest

from app.commands.audit.run import audit
from app.commands.tongues import FALLBACKS
from app.engine.commands import Command
from app.repositories import journal
from app.repositories.journal import JournalRow
from app.routers.models_explanations import Explanation
from app.routers.render import Telling
from app.routers.render_explanations import explanation
from tests.commands.lives import START, everything, live
from tests.commands.playful import play, playful
from tests.commands.shops import Process, Shop, opened, process

# In which kinds of entries the parts of an explanation have to be found again.
ISSUED, PRIZES, TAKEN = ("accrual",), ("prize",), ("prize_reversal",)
KINDS = {
    "accrual",
    "adjustment",
    "expiry",
    "goodwill",
    "merge_in",
    "merge_out",
    "prize",
    "prize_reversal",
    "redemption",
    "referral",
    "referral_reversal",
    "return",
    "reversal",
    "transfer_in",
    "transfer_out",
}
MERGED = ("merge_in", "merge_out")

# What is said of prizes and of what was owed, whatever the numbers are.
SAID = {
    "Points for completing “Two visits”: 9.",
    "Free of charge for “Two visits”: “A latte”.",
    "Points for “Every day”, 9 in a row: 9.",
    "Points won with “Lucky”: 9.",
    "Points won with “The wheel”: 9.",
    "“The wheel” stopped at “Won”, of which nothing was left.",
    "Points for reaching Silver: 9.",
    "Badge for “Silver”: “A star”.",
    "Free of charge for “Silver”: “A latte”.",
    "Points for reaching Friend in “The club”: 9 (Stamps).",
    "Badge for “Friend (The club)”: “A star”.",
    "Badge for “Bringing friends”: “A star”.",
    "Points for “Two visits” asked back: 9; taken: 9.",
    "Points for “Gold” asked back: 9; taken: 9.",
    "Badge for “Silver” taken back: “A star”.",
    "No longer free of charge for “Silver”: “A latte”.",
    "Points for “Friend (The club)” asked back: 9 (Stamps); taken: 9.",
    "Badge for “Bringing friends” taken back: “A star”.",
    "Points taken that had been asked back in vain: 9.",
}


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def lived(worker: Process) -> list[tuple[Shop, JournalRow]]:
    """The rows of two programmes in which everything happens."""
    first = await opened(worker, everything(), test_now=START)
    await live(first)
    better = playful(earning={"rules": [{"id": "b", "effect": {"kind": "per_amount", "points": 2, "per_minor": 1}}]})
    never = datetime(2190, 1, 1, tzinfo=UTC)
    dates = (datetime(2020, 1, 1, tzinfo=UTC), never)
    second = await opened(worker, playful(), better, test_now=START, effective=dates)
    await play(second)
    found = []
    for shop in (first, second):
        async with worker.database.glancing() as reader:
            found += [(shop, row) for row in await journal.following(reader, shop.program.id, 0, 1000)]
        (program,) = (await audit(worker.database, shop.program.id, lambda *_: None)).programs
        assert program.findings == ()
    return found


async def explained(worker: Process, shop: Shop, row: JournalRow, language: str) -> Explanation:
    timeline = await worker.reading.timeline(shop.program, row.rulebooks_known)
    telling = Telling(currency=shop.program.currency, language=language, timeline=timeline)
    return explanation(row, shop.program.zone, telling)


def sums(found: Explanation, kinds: tuple[str, ...]) -> Counter[str]:
    """The points of entries of some kinds, by wallet."""
    points: Counter[str] = Counter()
    for entry in found.entries:
        if entry.kind in kinds:
            points[entry.wallet] += abs(entry.points)
    return points


def says_why(found: Explanation) -> None:
    """Each entry says its own number, and the sentences that of all of its kind; those of a merge the main wallet's."""
    told: Counter[tuple[str, str]] = Counter()
    for entry in found.entries:
        assert numbers(entry.text) & {entry.points, abs(entry.points)}, (found.kind, entry)
        told[entry.kind, entry.wallet] += entry.points
    said = {number for sentence in found.sentences for number in numbers(sentence)}
    for (kind, wallet), points in told.items():
        if kind not in MERGED:
            own = {abs(entry.points) for entry in found.entries if (entry.kind, entry.wallet) == (kind, wallet)}
            assert said & {points, abs(points)} or own <= said, (found, kind)


def numbers(sentence: str) -> set[int]:
    return {int(number) for number in re.findall(r"-?\d+", sentence)}


async def test_every_entry_of_every_kind_of_row_says_why_and_the_numbers_add_up(worker: Process) -> None:
    rows = await lived(worker)
    assert {type(row.command) for _, row in rows} == set(get_args(Command))
    kinds: set[str] = set()
    games: set[str] = set()
    gone: set[str] = set()
    said: set[str] = set()
    for shop, row in rows:
        found = await explained(worker, shop, row, "en")
        kinds |= {entry.kind for entry in found.entries}
        games |= {prize.game for prize in found.prizes}
        gone |= {prize.game for prize in found.prizes_taken}
        says_why(found)
        if found.kind in {"purchase", "activity"}:
            assert sum(rule.granted for rule in found.applied) == sums(found, ISSUED).total(), found
        given: Counter[str] = Counter()
        for prize in found.prizes:
            given[prize.wallet] += prize.points
        assert +given == sums(found, PRIZES), found
        assert sum(prize.points_taken for prize in found.prizes_taken) == sums(found, TAKEN).total(), found
        for language in FALLBACKS:
            other = await explained(worker, shop, row, language)
            assert [numbers(entry.text) for entry in other.entries] == [numbers(entry.text) for entry in found.entries]
            assert len(other.sentences) == len(found.sentences)
        said |= {re.sub(r"\d+", "9", sentence) for sentence in found.sentences}
    assert kinds == KINDS
    assert games == gone == {"challenge", "streak", "surprise", "wheel", "tier", "referral"}
    assert said >= SAID
