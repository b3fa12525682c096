"""The audit: clean after real work, and it finds exactly what somebody with the owner's rights has changed."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from app.cli.cluster import Cluster
from app.commands.audit.run import NoSuchProgram, audit
from app.engine.commands import LetTimePass, Purchase, Redemption, RedemptionCancel, ReferralReward, Refund
from tests.audit.copies import Copy, audited, corrupted, silent
from tests.commands.shops import Shop, opened, process
from tests.databases import TEMPLATE
from tests.engine.builders import basket, referral, rulebook, tiers

NUMBERS = count(1)
START = datetime(2026, 1, 10, 2, tzinfo=UTC)


async def live(shop: Shop) -> None:
    """Two members, all that can happen to them in half a year, and one who never enrolled."""
    one, other = shop.members[0], await shop.joined(referrer=shop.members[0])
    bought = await shop.must(one, Purchase(basket=basket(100, 50), external_id="receipt-1"))
    friends = await shop.must(other, Purchase(basket=basket(80)))
    await shop.must(one, ReferralReward(purchase=friends.row.id, points=50))
    redeemed = await shop.must(one, Redemption(points=120))
    await shop.clock(START + timedelta(days=20))
    await shop.together(
        (one, Purchase(basket=basket(30, points=10))),
        (other, Purchase(basket=basket(300))),
        (other, Redemption(points=200)),
        (one, Refund(purchase=bought.row.id)),
    )
    await shop.must(one, RedemptionCancel(redemption=redeemed.row.id))
    late = int((START + timedelta(days=25)).timestamp()) * 1_000_000
    await shop.clock(START + timedelta(days=40))
    await shop.must(other, Purchase(basket=basket(10), occurred_us=late))
    await shop.must(other, Refund(purchase=friends.row.id))
    await shop.clock(START + timedelta(days=150))
    await shop.together((one, LetTimePass()), (other, LetTimePass()))
    await shop.must(one, Purchase(basket=basket(77)))
    await shop.joined(enrolled=False)


@pytest.fixture(scope="module")
def history(postgres: Cluster) -> Iterator[tuple[str, UUID]]:
    """The name of a database in which all of that has happened once, to be copied, and the programme."""
    name = f"history_{os.getpid()}"
    urls = postgres.create_database(name, template=TEMPLATE)

    async def make() -> UUID:
        document = rulebook(
            tiers=tiers(100, 300, window=2, review=2),
            expiry={"kind": "rolling", "months": 3},
            referral=referral(),
            debt={"floor_points": -30},
        )
        async with process(urls.app) as worker:
            shop = await opened(worker, document, test_now=START)
            await live(shop)
            return shop.program.id

    yield name, asyncio.run(make())
    postgres.drop_database(name)


@pytest.fixture
def copy(postgres: Cluster, history: tuple[str, UUID]) -> Iterator[Copy]:
    template, program_id = history
    name = f"{template}_{next(NUMBERS)}"
    yield Copy(urls=postgres.create_database(name, template=template), program_id=program_id)
    postgres.drop_database(name)


async def test_history_is_clean(copy: Copy) -> None:
    program = await audited(copy)
    assert program.findings == ()
    assert (program.members, program.rows, program.decided_again) == (3, 16, 16)
    assert sum(total.points for total in program.totals) == program.balance
    assert {total.kind for total in program.totals} >= {"accrual", "redemption", "expiry", "reversal", "return"}


async def test_all_programmes_are_audited(app_url: str) -> None:
    async with process(app_url) as worker:
        shops = [await opened(worker) for _ in range(2)]
        report = await audit(worker.database, None, silent)
        assert report.clean
        assert {program.program_id for program in report.programs} == {shop.program.id for shop in shops}
        with pytest.raises(NoSuchProgram):
            await audit(worker.database, UUID(int=1), silent)


async def test_audit_of_a_busy_programme_is_clean(app_url: str) -> None:
    """Every programme is audited in one snapshot: what is written meanwhile is not half seen."""
    async with process(app_url) as worker:
        shop = await opened(worker, number_of_members=5)
        stop = asyncio.Event()

        async def client(member: UUID) -> None:
            while not stop.is_set():
                await shop.ask(member, Purchase(basket=basket(10)))
                await shop.ask(member, Redemption(points=7))

        clients = [asyncio.create_task(client(member)) for member in shop.members]
        for _ in range(4):
            await asyncio.sleep(0.05)
            report = await audit(worker.database, shop.program.id, silent)
            assert report.clean, report
        stop.set()
        await asyncio.gather(*clients)


# What the owner does to the programme $1, and what the audit then says: the beginning of every message, by check.
CORRUPTIONS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "a lot has less": (
        "UPDATE lots SET remaining = 70, used = used + 7 WHERE program_id = $1 AND remaining = 77",
        {
            "balances": ["the account does not balance: wallet points, balance 77, debt 0, entries 77, open_lots 70"],
            "fold": [
                "lots number 4: remaining is 70, the journal says 77",
                "lots number 4: used is 7, the journal says 0",
            ],
        },
    ),
    "a lot expires later": (
        "UPDATE lots SET expires_at = expires_at + interval '1 day' WHERE program_id = $1 AND remaining = 77",
        {"fold": ["lots number 4: expires_at is 2026-09-10"]},
    ),
    "an entry is worth more": (
        "UPDATE entries SET points = points + 1 WHERE program_id = $1 AND points = 77",
        {
            "balances": ["the account does not balance: wallet points, balance 77, debt 0, entries 78"],
            "entries": [
                "the entry does not follow the one before: wallet points, number 10, points 78, balance_after 77"
            ],
            "totals": ["the entries sum to 78, the balances to 77"],
            "fold": ["entries number 10: points is 78, the journal says 77"],
        },
    ),
    "an entry's balance is another": (
        "UPDATE entries SET balance_after = balance_after + 1 WHERE program_id = $1 AND points = 77",
        {
            "entries": [
                "the entry does not follow the one before: wallet points, number 10, points 77, balance_after 78"
            ],
            "fold": ["entries number 10: balance_after is 78, the journal says 77"],
        },
    ),
    "an entry is gone": (
        "DELETE FROM entries WHERE program_id = $1 AND points = 77",
        {
            "balances": ["the account does not balance: wallet points, balance 77, debt 0, entries 0"],
            "totals": ["the entries sum to 0, the balances to 77"],
            "fold": ["entries number 10: is missing"],
        },
    ),
    "an account has more": (
        "UPDATE accounts SET balance = balance + 1 WHERE program_id = $1 AND balance = 77",
        {
            "balances": ["the account does not balance: wallet points, balance 78, debt 0, entries 77"],
            "totals": ["the entries sum to 77, the balances to 78"],
            "fold": ["accounts: balance is 78, the journal says 77"],
        },
    ),
    "an account is due later": (
        "UPDATE accounts SET due_at = NULL WHERE program_id = $1 AND balance = 77",
        {"due": ["something falls due before due_at: due_at None"]},
    ),
    "a tier is higher": (
        "UPDATE accounts SET tier = 'gold' WHERE program_id = $1 AND balance = 77",
        {"fold": ["accounts: tier is gold, the journal says bronze"]},
    ),
    "a tier move is gone": (
        "DELETE FROM tier_moves WHERE program_id = $1 AND number = 1",
        {"fold": ["tier_moves number 1: is missing", "tier_moves number 1: is missing"]},
    ),
    "a day counted more": (
        "UPDATE tallies SET points = points + 1 WHERE program_id = $1 AND points = 77",
        {"fold": ["tallies day 2026-06-09: points is 78, the journal says 77"]},
    ),
    "a reversal is gone": (
        "DELETE FROM reversals USING journal j WHERE reversals.program_id = $1 AND fact_id = j.id AND j.number = 3",
        {"fold": ["reversals of "]},
    ),
    "a reversal too many": (
        "INSERT INTO reversals SELECT program_id, id, id FROM journal WHERE program_id = $1 AND number = 4",
        {"fold": ["reversals of "]},
    ),
    "a reversal of nothing": (
        "INSERT INTO reversals SELECT program_id, member_id, id FROM journal WHERE program_id = $1 AND number = 4",
        {"fold": ["4 reversals are on record, the journal says 3"]},
    ),
    "a lot without an owner": (
        "INSERT INTO lots SELECT id, id, id, created_at, NULL, 1, 0, 1, 0, 0, 0, 1, false FROM programs WHERE id = $1",
        {"owners": ["rows without an owner: belongs_to lots, rows 1"]},
    ),
    "a row cannot be read": (
        "UPDATE journal SET change = substring(change FOR 20) WHERE program_id = $1 AND number = 4",
        {"chain": ["rows 4 to 4 are not what was recorded"], "fold": ["the row cannot be read"]},
    ),
    "one byte of a command is another": (
        "UPDATE journal SET command = set_byte(command, 20, 101) WHERE program_id = $1 AND number = 4",
        {"chain": ["rows 4 to 4 are not what was recorded"]},
    ),
    "one byte of a Change is another": (
        "UPDATE journal SET change = set_byte(change, 5, 7) WHERE program_id = $1 AND number = 4",
        {
            "chain": ["rows 4 to 4 are not what was recorded"],
            "columns": ["decided_at is"],
            "fold": ["accounts: now_at is 2026-06-09"],
            "again": ["now_us is"],
        },
    ),
    "a row says another instant": (
        "UPDATE journal SET happened_at = happened_at - interval '1 s' WHERE program_id = $1 AND number = 4",
        {"chain": ["rows 4 to 4 are not what was recorded"], "columns": ["happened_at is"]},
    ),
    "a row says another kind": (
        "UPDATE journal SET kind = 8 WHERE program_id = $1 AND number = 4",
        {"columns": ["kind is 8, the row itself says 2"]},
    ),
    "the last row is gone": (
        "DELETE FROM journal WHERE program_id = $1 AND number = 16",
        {
            "numbers": ["the journal ends with row 15, its counter stands at 16"],
            "chain": ["the last row's value is not the counter's"],
            "fold": [
                "accounts: balance is 77, the journal says 0",
                "accounts: entries is 10",
                "accounts: lots is 4",
                "accounts: window_points is 77",
                "lots number 4: is there",
                "entries number 10: is there",
                "tallies day 2026-06-09: is there",
            ],
        },
    ),
    "a row in the middle is gone": (
        "DELETE FROM journal WHERE program_id = $1 AND number = 6",
        {
            "numbers": ["row 7 comes after row 5"],
            "chain": ["rows 7 to 10 are not what was recorded"],
            "fold": ["the row does not follow: the change was made for another balance"],
            "again": ["balance_before is 80, this release says 200"],
        },
    ),
    "the counter is ahead": (
        "UPDATE program_counters SET number = number + 1 WHERE program_id = $1",
        {"numbers": ["the journal ends with row 16, its counter stands at 17"]},
    ),
    "an account has what nobody gave it": (
        "UPDATE accounts SET balance = 5 WHERE program_id = $1 AND enrolled_at IS NULL",
        {
            "balances": ["the account does not balance: wallet points, balance 5, debt 0, entries 0"],
            "totals": ["the entries sum to 77, the balances to 82"],
            "fold": ["accounts: balance is 5, the journal says 0"],
        },
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
async def test_finds_exactly_what_was_changed(name: str, copy: Copy) -> None:
    statement, expected = CORRUPTIONS[name]
    found = await corrupted(copy, statement)
    assert set(found) == set(expected)
    for check, beginnings in expected.items():
        assert len(found[check]) == len(beginnings), found[check]
        for message, beginning in zip(found[check], beginnings, strict=True):
            assert message.startswith(beginning)
