"""Totals of everything that a ledger can hold: equal to the entries, and charged to the lots that paid."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from app.commands.audit.run import audit
from app.commands.tongues import FALLBACKS
from app.commands.totals.asking import Line, ask
from app.commands.totals.projection import catch_up
from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import Adjustment, Capture, HoldPlace, MergeOut, Purchase, Redemption, Refund, TransferOut
from app.engine.corrected import Correction
from app.engine.facts import Basket
from app.repositories import journal, lots
from app.repositories.totals import Asked
from app.routers.render import Telling
from app.routers.render_explanations import explanation
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import basket, rulebook

VISIT = {"id": "visit", "title": {"en": "A visit"}}
FOR_A_VISIT = {"id": "visited", "on": "visit", "effect": {"kind": "bonus", "points": 50}}
NEVER = datetime(2190, 1, 1, tzinfo=UTC)
ALWAYS = {"from_day": 1, "until_day": date.max.toordinal(), "known_day": date.max.toordinal()}


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def totals(shop: Shop, *names: str) -> Mapping[tuple[str, ...], Line]:
    await catch_up(shop.process.database, shop.program)
    asked = Asked(basis="effective", group_by=names, **ALWAYS)
    return {line.group: line for line in (await ask(shop.process.database, shop.program, asked)).lines}


async def rows(shop: Shop, statement: str) -> list[tuple[Any, ...]]:
    async with shop.process.database.glancing() as reader:
        return [tuple(row) for row in await reader.rows(statement, shop.program.id)]


async def test_totals_of_a_life_of_everything_are_the_entries_and_the_balances(worker: Process) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    by_wallet = {group[0]: line.outstanding for group, line in (await totals(shop, "wallet")).items()}
    balances = """SELECT wallet, sum(balance)::bigint FROM (
            SELECT '' AS wallet, balance FROM accounts WHERE program_id = $1
            UNION ALL SELECT wallet, balance FROM purses WHERE program_id = $1) w GROUP BY wallet"""
    assert by_wallet == {row[0]: row[1] for row in await rows(shop, balances)}
    by_kind = {group: line.outstanding for group, line in (await totals(shop, "kind", "wallet")).items()}
    assert by_kind == {
        (kind, wallet): points
        for kind, wallet, points in await rows(
            shop, "SELECT kind, wallet, sum(points)::bigint FROM entries WHERE program_id = $1 GROUP BY 1, 2"
        )
    }
    assert sum(line.transferred for line in (await totals(shop, "wallet")).values()) == 0
    (program,) = (await audit(worker.database, shop.program.id, lambda *_: None)).programs
    assert program.findings == ()


async def test_every_row_of_a_life_of_everything_is_explained_in_every_language(worker: Process) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    timeline = await worker.reading.timeline(shop.program, 1)
    async with worker.database.glancing() as reader:
        recorded = await journal.following(reader, shop.program.id, 0, 1000)
    assert len({type(row.command) for row in recorded}) > 20
    for row in recorded:
        for language in FALLBACKS:
            telling = Telling(currency=shop.program.currency, language=language, timeline=timeline)
            found = explanation(row, shop.program.zone, telling)
            assert [entry.points for entry in found.entries] == [entry.points for entry in row.change.entries]
            assert all(found.sentences)


def bought_in(store: str, *amounts: int) -> Basket:
    return replace(basket(*amounts), store=store)


async def remaining(shop: Shop) -> Counter[str]:
    """What remains of the points of each store, by the lots and the purchases that made them."""
    found: Counter[str] = Counter()
    async with shop.process.database.glancing() as reader:
        statement = """SELECT l.remaining, coalesce(o.fact_id, l.fact_id) FROM lots l
            LEFT JOIN lots o ON o.program_id = $1 AND o.member_id = l.origin_member AND o.number = l.origin_lot
            WHERE l.program_id = $1"""
        for points, fact in await reader.rows(statement, shop.program.id):
            (row,) = await journal.facts(reader, shop.program.id, [fact])
            found[(row.command.basket.store or "") if isinstance(row.command, Purchase) else ""] += points
    return found


async def test_points_that_change_hands_stay_those_of_the_store_that_issued_them(worker: Process) -> None:
    shop = await opened(worker, rulebook(transfers={}), number_of_members=3)
    one, other, heir = shop.members
    await shop.must(one, Purchase(basket=bought_in("D1", 100)))
    await shop.must(one, Purchase(basket=bought_in("D2", 50)))
    await shop.must(other, Purchase(basket=bought_in("D3", 70)))
    await shop.must(one, TransferOut(to=other, points=120))
    await shop.must(other, Redemption(points=90, store="D9"))
    await shop.must(other, Adjustment(points=-10, reason="gesture"))
    await shop.must(other, Adjustment(points=25, reason="gesture"))
    held = await shop.must(other, HoldPlace(points=30, store="D8"))
    await shop.must(other, Capture(hold=held.row.id))
    await shop.must(other, MergeOut(into=heir))
    await shop.must(heir, Redemption(points=40, store="D9"))
    by_store = {group[0]: line.outstanding for group, line in (await totals(shop, "issue_store")).items()}
    assert {store: points for store, points in by_store.items() if points} == dict(+await remaining(shop))
    spent = {group[0]: line.redeemed for group, line in (await totals(shop, "redemption_store")).items()}
    assert {store: points for store, points in spent.items() if points} == {"D9": 130, "D8": 30}


async def test_points_of_an_activity_are_those_of_its_store_also_when_it_is_cancelled(worker: Process) -> None:
    shop = await opened(worker, rulebook(activities=[VISIT], earning={"rules": [FOR_A_VISIT]}))
    (member,) = shop.members
    first = await shop.must(member, Activity(kind="visit", store="D1"))
    await shop.must(member, Activity(kind="visit", store="D2"))
    await shop.must(member, Activity(kind="visit"))
    await shop.must(member, ActivityCancel(activity=first.row.id))
    by_store = await totals(shop, "issue_store", "kind")
    assert {group: line.outstanding for group, line in by_store.items() if line.outstanding} == {
        ("D1", "accrual"): 50,
        ("D1", "reversal"): -50,
        ("D2", "accrual"): 50,
        ("", "accrual"): 50,
    }


async def test_points_of_a_correction_are_those_of_the_store_of_the_purchase_that_it_corrects(worker: Process) -> None:
    per_minor = {"kind": "per_amount", "points": 3, "per_minor": 1}
    right = rulebook(earning={"rules": [{"id": "base", "effect": per_minor}]}, transfers={})
    shop = await opened(
        worker, rulebook(transfers={}), right, number_of_members=2, effective=(datetime(2020, 1, 1, tzinfo=UTC), NEVER)
    )
    one, other = shop.members
    bought = await shop.must(one, Purchase(basket=bought_in("D1", 100)))
    await shop.must(one, Purchase(basket=bought_in("D2", 100)))
    await shop.must(one, Correction(purchase=bought.row.id, correction=uuid4(), under=2))
    await shop.must(one, Correction(purchase=bought.row.id, correction=uuid4(), under=1))
    await shop.must(one, Correction(purchase=bought.row.id, correction=uuid4(), under=2))
    await shop.must(one, TransferOut(to=other, points=400))
    await shop.must(other, Redemption(points=350, store="D9"))
    await shop.must(one, Refund(purchase=bought.row.id))
    by_store = await totals(shop, "issue_store", "kind")
    assert {group: line.outstanding for group, line in by_store.items() if group[1] != "redemption"} == {
        ("D1", "accrual"): 100,
        ("D1", "adjustment"): 200,
        ("D1", "reversal"): -300,
        ("D1", "transfer_in"): 300,
        ("D1", "transfer_out"): -300,
        ("D2", "accrual"): 100,
        ("D2", "transfer_in"): 100,
        ("D2", "transfer_out"): -100,
    }
    spent = {group[0]: line.redeemed for group, line in (await totals(shop, "issue_store")).items()}
    assert spent == {"D1": 250, "D2": 100}


async def test_points_of_a_tender_that_come_back_in_parts_are_charged_to_the_lots_that_they_go_back_to(
    worker: Process,
) -> None:
    shop = await opened(worker, rulebook())
    (member,) = shop.members
    await shop.must(member, Purchase(basket=bought_in("D1", 100)))
    await shop.must(member, Purchase(basket=bought_in("D2", 100)))
    paid = replace(basket(100, 100, points=150), store="D3")
    bought = await shop.must(member, Purchase(basket=paid))
    for amount_minor in (70, 60, 70):
        await shop.must(member, Refund(purchase=bought.row.id, amount_minor=amount_minor))
        by_store = {group[0]: line.outstanding for group, line in (await totals(shop, "issue_store")).items()}
        assert {store: points for store, points in by_store.items() if points} == dict(+await remaining(shop))
    assert by_store == {"D1": 100, "D2": 100, "D3": 0}


async def test_a_lot_that_changed_hands_names_the_purchase_that_made_it(worker: Process) -> None:
    shop = await opened(worker, rulebook(transfers={}), number_of_members=2)
    one, other = shop.members
    bought = await shop.must(one, Purchase(basket=bought_in("D1", 100)))
    await shop.must(one, TransferOut(to=other, points=30))
    async with worker.database.glancing() as reader:
        (mine,) = await lots.open_page(reader, shop.program.id, other, "", after=None, limit=5)
    assert (mine.made_by, mine.origin_member, mine.origin_lot, mine.granted) == (bought.row.id, one, 1, 30)
