"""The audit of everything that a ledger can hold besides plain points, and of what somebody has changed of it."""

import asyncio
import os
from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from app.cli.cluster import Cluster, Urls
from app.commands.totals.projection import catch_up
from app.engine.commands import Confirm, MergeOut, Purchase, RewardRedemption
from tests.audit.copies import Copy, audited, corrupted
from tests.commands.lives import START, everything, live
from tests.commands.shops import opened, process
from tests.databases import TEMPLATE
from tests.engine.builders import basket

NUMBERS = count(1)


@pytest.fixture(scope="module")
def history(postgres: Cluster) -> Iterator[tuple[str, UUID]]:
    """The name of a database in which all of that has happened once, to be copied, and the programme."""
    name = f"lives_{os.getpid()}"
    urls = postgres.create_database(name, template=TEMPLATE)

    async def make() -> UUID:
        async with process(urls.app) as worker:
            shop = await opened(worker, everything(), test_now=START)
            await live(shop)
            await catch_up(worker.database, shop.program)
            return shop.program.id

    yield name, asyncio.run(make())
    postgres.drop_database(name)


@pytest.fixture
def copy(postgres: Cluster, history: tuple[str, UUID]) -> Iterator[Copy]:
    template, program_id = history
    name = f"{template}_{next(NUMBERS)}"
    yield Copy(urls=postgres.create_database(name, template=template), program_id=program_id)
    postgres.drop_database(name)


async def test_a_life_of_everything_is_clean_and_decides_again_the_same(copy: Copy) -> None:
    program = await audited(copy)
    assert program.findings == ()
    assert program.decided_again == program.rows
    assert sum(total.points for total in program.totals) == program.balance


# Words of the statements below, and what they stand for.
HEIR = "(SELECT merged_into FROM accounts WHERE program_id = $1 AND merged_into IS NOT NULL)"
CLOSED = "(SELECT member_id FROM accounts WHERE program_id = $1 AND merged_into IS NOT NULL)"
BROUGHT = "SELECT min(number) FROM lots WHERE program_id = $1 AND member_id = HEIR AND origin_lot IS NOT NULL"
# What the owner does to the programme $1, and what the audit then says: a part of every message, by check.
CORRUPTIONS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "a wallet has more": (
        "UPDATE purses SET balance = balance + 1 WHERE program_id = $1 AND wallet = 'stamps' AND balance > 0",
        {
            "balances": ["wallet stamps, balance 8, debt 0, entries 7, open_lots 7"],
            "totals": ["the entries sum to"],
            "fold": ["purses wallet stamps: balance is"],
        },
    ),
    "a wallet is gone": (
        "DELETE FROM purses WHERE program_id = $1 AND wallet = 'miles' AND member_id = CLOSED",
        {"asides": ["wallets are miscounted"], "fold": ["purses wallet miles: is missing"]},
    ),
    "a hold keeps less": (
        "UPDATE holds SET points[1] = points[1] - 1 WHERE program_id = $1 AND is_active",
        {
            "asides": ["held 20, pending_lots 77, held_lots 20, active_holds 19"],
            "fold": ["points is [19], the journal"],
        },
    ),
    "a hold goes on": (
        "UPDATE holds SET is_active = true, ended = NULL WHERE program_id = $1 AND ended = 'captured'",
        {
            "asides": ["what is set aside does not add up", "holds or wallets are miscounted"],
            "due": ["something falls due before due_at"],
            "fold": ["is_active is True", "ended is None, the journal says captured"],
        },
    ),
    "a hold lasts longer": (
        "UPDATE holds SET until_at = until_at + interval '1 h' WHERE program_id = $1 AND is_active",
        {"fold": ["until_at is"]},
    ),
    "a lot has matured": (
        "UPDATE lots SET is_pending = false WHERE program_id = $1 AND is_pending AND remaining = 77",
        {"asides": ["pending 77, held 20, pending_lots 0"], "fold": ["is_pending is False, the journal says True"]},
    ),
    "a lot is of another wallet": (
        "UPDATE lots SET wallet = 'miles' WHERE program_id = $1 AND wallet = 'stamps' AND is_open AND remaining = 7",
        {
            "balances": ["wallet miles", "wallet stamps"],
            "fold": ["wallet is miles, the journal says stamps"],
        },
    ),
    "a lot came from nowhere": (
        "UPDATE lots SET origin_lot = 9 WHERE program_id = $1 AND member_id = HEIR AND number = (BROUGHT)",
        {"fold": ["origin_lot is 9, the journal says"]},
    ),
    "a counter stands lower": (
        "UPDATE counters SET count = 0 WHERE program_id = $1 AND name = 'reward/badge' AND member_id = HEIR",
        {"fold": ["counters name reward/badge day 0: count is 0, the journal says 1"]},
    ),
    "a stock has more left": (
        "UPDATE stocks SET taken = taken - 1 WHERE program_id = $1 AND name = 'reward/latte'",
        {"stocks": ["reward/latte: 0 are gone, the journal says 1"]},
    ),
    "a pool is smaller than what was taken": (
        "UPDATE code_pools SET size = 1 WHERE program_id = $1",
        {"stocks": ["pool cinema, size 1, codes 3", "pool/cinema: 2 are gone of 1"]},
    ),
    "a pool has more than its codes": (
        "UPDATE code_pools SET size = 4 WHERE program_id = $1",
        {"stocks": ["the codes of a pool are miscounted: pool cinema, size 4, codes 3"]},
    ),
    "a cancelled key was forgotten": (
        "UPDATE program_counters SET cancelled = cancelled + 1 WHERE program_id = $1",
        {"keys": ["cancelled keys are miscounted: cancelled 1, keys 0"]},
    ),
    "a voucher has another code": (
        "UPDATE voucher_codes SET code = 'MINE' WHERE program_id = $1 AND code <> 'FILM-1' AND code <> 'FILM-2'",
        {"fold": ["code is MINE, the journal says"]},
    ),
    "a code was handed out that nobody took": (
        "INSERT INTO voucher_codes VALUES ($1, HEIR, HEIR, 9, 'FILM-3')",
        {"fold": ["is there, the journal knows nothing of it"]},
    ),
    "a blocked member is free": (
        "UPDATE accounts SET blocked = true WHERE program_id = $1 AND household IS NOT NULL",
        {"fold": ["accounts: blocked is True, the journal says False"]},
    ),
    "a member is of no household": (
        "UPDATE accounts SET household = NULL WHERE program_id = $1 AND household IS NOT NULL",
        {"fold": ["accounts: household is None"]},
    ),
    "an account is open again": (
        "UPDATE accounts SET merged_into = NULL WHERE program_id = $1 AND merged_into IS NOT NULL",
        {"fold": ["accounts: merged_into is None"]},
    ),
    "lots of the other account have other numbers": (
        "UPDATE accounts SET shifts = '{1}' WHERE program_id = $1 AND continued IS NOT NULL",
        {"fold": ["accounts: shifts is [1]"]},
    ),
    "a total has more": (
        "UPDATE daily_totals SET points = points + 1 WHERE program_id = $1 AND kind = 'goodwill'",
        {"days": ["the totals have 1 more than the journal"]},
    ),
    "a total is of another tier": (
        "UPDATE daily_totals SET tier = 'gold' WHERE program_id = $1 AND kind = 'goodwill'",
        {"days": ["tier gold, issued in -, redeemed in -: the totals say 40", "redeemed in -: the totals say 0"]},
    ),
    "points were spent in another store": (
        "UPDATE daily_totals SET redemption_store = 'D9' WHERE program_id = $1 AND kind = 'goodwill'",
        {"days": ["redeemed in -: the totals say 0", "redeemed in D9: the totals say 40"]},
    ),
    "a friend was counted twice": (
        "UPDATE referral_totals SET count = count + 1 WHERE program_id = $1 AND kind = 'invited'",
        {"days": ["invited on day"]},
    ),
    "points lapse later": (
        "UPDATE purses SET lapses_at = now() WHERE program_id = $1 AND wallet = 'stamps' AND member_id = HEIR",
        {"fold": ["purses wallet stamps: lapses_at is"]},
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
async def test_finds_exactly_what_was_changed(name: str, copy: Copy) -> None:
    statement, expected = CORRUPTIONS[name]
    statement = statement.replace("BROUGHT", BROUGHT).replace("HEIR", HEIR).replace("CLOSED", CLOSED)
    found = await corrupted(copy, statement)
    assert set(found) == set(expected), found
    for check, parts in expected.items():
        assert len(found[check]) == len(parts), found[check]
        for message, part in zip(found[check], parts, strict=True):
            assert part in message


async def test_what_was_confirmed_before_a_merge_is_decided_again_the_same(database: Urls) -> None:
    async with process(database.app) as worker:
        shop = await opened(worker, everything(), test_now=START)
        one, other = shop.members[0], await shop.joined()
        bought = await shop.must(one, Purchase(basket=basket(110)))
        await shop.must(one, Confirm(purchase=bought.row.id))
        await shop.must(one, MergeOut(into=other))
        program = await audited(Copy(urls=database, program_id=shop.program.id))
    assert (program.findings, program.decided_again) == ((), program.rows)


async def test_finds_what_was_given_out_twice_by_decisions_that_did_not_see_each_other(database: Urls) -> None:
    document = everything().model_copy(update={"pending": None})
    async with process(database.app) as worker:
        shop = await opened(worker, document, test_now=START)
        (member,) = shop.members[:1]
        await shop.must(member, Purchase(basket=basket(200)))
        await shop.must(member, RewardRedemption(reward="latte"))
        copy = Copy(urls=database, program_id=shop.program.id)
        # What a lock would have prevented.
        lost = "UPDATE stocks SET taken = 0 WHERE program_id = $1 AND name = 'reward/latte'"
        assert await corrupted(copy, lost) == {"stocks": ["reward/latte: 0 are gone, the journal says 1"]}
        await shop.must(member, RewardRedemption(reward="latte"))
        assert (await audited(copy)).failures == {"stocks": 2}
        assert [each.message for each in (await audited(copy)).findings] == [
            "reward/latte: 1 were gone, the decision was told 0",
            "reward/latte: 1 are gone, the journal says 2",
        ]
