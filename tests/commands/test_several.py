"""One ask that becomes several rows, of several accounts, in one transaction; and what members share."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.commands.asks import Ask, Nothing, Recorded, Unknown
from app.commands.audit.run import audit
from app.commands.reading import Quote
from app.engine.commands import (
    Block,
    Goodwill,
    HoldPlace,
    HouseholdJoin,
    HouseholdLeave,
    LetTimePass,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RewardRedemption,
    TransferIn,
    TransferOut,
)
from app.engine.ids import fact_id, part, voucher_code
from app.engine.outcomes import Redeemed
from app.engine.refusals import Refusal
from app.repositories import cancellations, codes, journal
from app.repositories.journal import JournalRow
from tests.commands.shops import TILL, Process, Shop, opened, process
from tests.engine.builders import basket, rulebook

REWARDS = [
    {"id": "latte", "title": {"en": "A latte"}, "cost_points": 10, "kind": "voucher", "stock": 3},
    {"id": "film", "title": {"en": "A film"}, "cost_points": 10, "kind": "code_pool", "pool": "cinema"},
]


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


@pytest.fixture
async def shop(worker: Process) -> AsyncIterator[Shop]:
    """Three members with a hundred points each; whatever a test does to them, the audit finds nothing."""
    document = rulebook(transfers={}, rewards=REWARDS, goodwill={"points_per_staff_and_day": 50, "points_max": 50})
    shop = await opened(worker, document, number_of_members=3)
    await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
    yield shop
    report = await audit(worker.database, shop.program.id, lambda *_: None)
    assert report.programs[0].findings == ()


async def rows(shop: Shop, *facts: UUID) -> list[JournalRow]:
    async with shop.process.database.glancing() as reader:
        return await journal.facts(reader, shop.program.id, facts)


async def balances(shop: Shop) -> list[int]:
    return [await shop.balance(member) for member in shop.members]


def codes_of(answer: object) -> list[str]:
    assert isinstance(answer, Refusal), answer
    return [reason.code for reason in answer.reasons]


async def test_a_transfer_is_two_rows_of_one_transaction(shop: Shop) -> None:
    one, other, _ = shop.members
    sent = await shop.must(one, TransferOut(to=other, points=30))
    out, arrived = await rows(shop, sent.row.id, part(sent.row.id, 1))
    assert out == sent.row
    assert (arrived.member, arrived.number, arrived.source) == (other, out.number + 1, out.source)
    assert isinstance(arrived.command, TransferIn)
    assert (arrived.command.sender, arrived.command.transfer) == (one, sent.row.id)
    async with shop.process.database.glancing() as reader:
        chains = await reader.rows(
            "SELECT DISTINCT chain FROM journal WHERE program_id = $1 AND number >= $2", shop.program.id, out.number
        )
    assert len(chains) == 1
    assert await balances(shop) == [70, 130, 100]


async def test_the_same_transfer_again_is_answered_with_the_first(shop: Shop) -> None:
    one, other, _ = shop.members
    first = await shop.must(one, TransferOut(to=other, points=30), key="transfer-1")
    again = await shop.must(one, TransferOut(to=other, points=30), key="transfer-1")
    assert (again.replayed, again.row) == (True, first.row)
    assert await balances(shop) == [70, 130, 100]


async def test_a_refusal_of_one_row_refuses_all(shop: Shop) -> None:
    one, other, third = shop.members
    await shop.must(other, Block(reason="lost_card"))
    answers = await shop.together(
        (one, TransferOut(to=other, points=30)), (one, TransferOut(to=third, points=100)), (third, Redemption(points=5))
    )
    assert codes_of(answers[0]) == ["member_blocked"]
    assert isinstance(answers[1], Recorded)
    assert await balances(shop) == [0, 100, 195]


async def test_an_account_that_does_not_exist_receives_nothing(shop: Shop) -> None:
    answer = await shop.ask(shop.members[0], TransferOut(to=uuid4(), points=30))
    assert answer == Unknown(what="member")
    assert await balances(shop) == [100, 100, 100]


async def test_members_who_give_to_each_other_at_once_all_get_theirs(shop: Shop, app_url: str) -> None:
    """In one process and in two: locks are taken in order, and a deadlock would be tried again."""
    one, other, third = shop.members
    async with process(app_url) as elsewhere:
        asks = [
            shop.ask(giver, TransferOut(to=taker, points=1), via=via)
            for via in (shop.process, elsewhere)
            for _ in range(20)
            for giver, taker in ((one, other), (other, third), (third, one), (other, one))
        ]
        answers = await asyncio.gather(*asks)
    assert all(isinstance(answer, Recorded) for answer in answers), answers
    assert await balances(shop) == [140, 60, 100]


async def test_a_moved_purchase_is_decided_again_in_the_same_transaction(shop: Shop) -> None:
    one, other, _ = shop.members
    wrong = await shop.must(one, Purchase(basket=basket(60), external_id="receipt-1"))
    moved = await shop.must(one, Move(purchase=wrong.row.id, to=other))
    (again,) = await rows(shop, part(moved.row.id, 1))
    assert isinstance(again.command, Purchase)
    assert (again.member, again.command.replaces, again.command.external_id) == (other, wrong.row.id, "receipt-1")
    assert again.external_key not in (None, wrong.row.external_key)
    assert await balances(shop) == [100, 160, 100]
    refunded = await shop.must(other, Refund(purchase=again.id))
    assert refunded.row.member == other
    assert await balances(shop) == [100, 100, 100]


async def test_what_was_asked_of_a_merged_account_before_it_was_is_carried_out_first(shop: Shop) -> None:
    one, other, _ = shop.members
    answers = await shop.together(
        (one, Purchase(basket=basket(11))),
        (one, MergeOut(into=other)),
        (one, Purchase(basket=basket(7))),
        (other, Redemption(points=211)),
    )
    decided_on = [answer.row.member for answer in answers if isinstance(answer, Recorded)]
    assert decided_on == [one, one, other, other]
    assert await balances(shop) == [7, 7, 100]


async def test_facts_of_a_merged_account_are_undone_on_the_one_that_took_it_over(shop: Shop) -> None:
    one, other, third = shop.members
    bought = await shop.must(one, Purchase(basket=basket(40)))
    redeemed = await shop.must(one, Redemption(points=120))
    await shop.must(one, MergeOut(into=other))
    await shop.must(other, RedemptionCancel(redemption=redeemed.row.id))
    await shop.must(other, MergeOut(into=third))
    refunded = await shop.must(one, Refund(purchase=bought.row.id))
    assert (refunded.row.member, refunded.row.change.points) == (third, -40)
    assert await balances(shop) == [300, 300, 300]


async def test_a_household_pays_for_each_of_its_members(shop: Shop) -> None:
    one, other, _ = shop.members
    home = await shop.joined()
    for member in (one, other):
        await shop.must(member, HouseholdJoin(household=home))
    assert await balances(shop) == [0, 0, 100, 200]
    quoted = await shop.process.reading.quote(shop.program, one, Redemption(points=150))
    assert isinstance(quoted, Quote)
    spent = await shop.must(one, Redemption(points=150))
    assert quoted.change.outcome == spent.row.change.outcome
    out, arrived = await rows(shop, part(spent.row.id, 1001), part(spent.row.id, 1002))
    assert [(row.member, row.number - spent.row.number) for row in (out, arrived)] == [(home, -2), (one, -1)]
    await shop.must(other, Purchase(basket=basket(25)))
    assert await balances(shop) == [0, 0, 100, 75]
    assert codes_of(await shop.ask(one, Redemption(points=76))) == ["insufficient_points"]
    assert codes_of(await shop.ask(one, HoldPlace(points=76))) == ["insufficient_points"]
    await shop.must(one, HouseholdLeave())
    assert codes_of(await shop.ask(one, Redemption(points=1))) == ["insufficient_points"]
    assert await balances(shop) == [0, 0, 100, 75]


async def test_members_of_a_household_spend_at_once_and_only_what_there_is(shop: Shop, app_url: str) -> None:
    one, other, _ = shop.members
    home = await shop.joined()
    for member in (one, other):
        await shop.must(member, HouseholdJoin(household=home))
    async with process(app_url) as elsewhere:
        answers = await asyncio.gather(
            *(
                shop.ask(member, Redemption(points=30), via=via)
                for via in (shop.process, elsewhere)
                for member in (one, other)
                for _ in range(4)
            )
        )
    assert sum(isinstance(answer, Recorded) for answer in answers) == 6
    assert await shop.balance(home) == 20


async def test_the_last_piece_of_a_stock_is_taken_once(shop: Shop, app_url: str) -> None:
    """By members of their own on each of two processes, so that nothing but the stock keeps them apart."""
    others = [await shop.joined() for _ in range(3)]
    await shop.together(*((member, Purchase(basket=basket(100))) for member in others))
    async with process(app_url) as elsewhere:
        for _ in range(8):
            answers = await asyncio.gather(
                *(
                    shop.ask(member, RewardRedemption(reward="latte"), via=via)
                    for pair in zip(shop.members, others, strict=False)
                    for member, via in zip(pair, (shop.process, elsewhere), strict=True)
                )
            )
            taken = [answer.row for answer in answers if isinstance(answer, Recorded)]
            assert len(taken) == 3
            await shop.together(*((row.member, RedemptionCancel(redemption=row.id)) for row in taken))


async def test_a_reward_hands_out_its_codes(shop: Shop) -> None:
    one, other, _ = shop.members
    async with shop.process.database.transaction() as writer:
        await codes.add_codes(writer, shop.program.id, "cinema", ["FILM-1", "FILM-2"])
    latte = await shop.must(one, RewardRedemption(reward="latte"))
    films = await shop.together((one, RewardRedemption(reward="film")), (other, RewardRedemption(reward="film")))
    assert codes_of(await shop.ask(other, RewardRedemption(reward="film"))) == ["out_of_stock"]
    async with shop.process.database.glancing() as reader:
        handed = [
            await codes.codes_of(reader, shop.program.id, answer.row.id)
            for answer in (latte, *films)
            if isinstance(answer, Recorded) and isinstance(answer.row.change.outcome, Redeemed)
        ]
    assert handed == [(voucher_code(shop.program.secret, latte.row.id, 0),), ("FILM-1",), ("FILM-2",)]


async def test_staff_give_no_more_in_a_day_than_they_may_whoever_receives(shop: Shop) -> None:
    gift = Goodwill(points=30, staff="an", reason="cold_coffee")
    answers = await shop.together(*((member, gift) for member in shop.members))
    assert sum(isinstance(answer, Recorded) for answer in answers) == 1


async def test_a_key_that_was_cancelled_in_advance_records_nothing_and_spoils_nobody(shop: Shop) -> None:
    one, other, _ = shop.members
    fact = fact_id(shop.program.secret, TILL, "lost-request")
    async with shop.process.database.transaction() as writer:
        for _ in range(2):
            assert await cancellations.refuse(
                writer, shop.program.id, fact, not_after=None, at=datetime(2026, 1, 1, tzinfo=UTC)
            )
    asks = [
        Ask(member=one, command=Redemption(points=30), key="lost-request"),
        Ask(member=other, command=Redemption(points=30), key="another-request"),
    ]
    futures = [shop.process.lanes.enqueue(shop.program, TILL, ask) for ask in asks]
    refused, neighbour = [await future for future in futures]
    assert codes_of(refused) == ["cancelled"]
    assert isinstance(neighbour, Recorded)
    assert await balances(shop) == [100, 70, 100]


async def test_of_a_request_and_its_cancellation_one_has_its_way(shop: Shop) -> None:
    """Both at once, many times: never both, never neither."""
    member = shop.members[0]

    async def cancel(key: str, after_ms: int) -> bool:
        await asyncio.sleep(after_ms / 1000)
        async with shop.process.database.transaction() as writer:
            fact = fact_id(shop.program.secret, TILL, key)
            now = datetime(2026, 1, 1, tzinfo=UTC)
            return await cancellations.refuse(writer, shop.program.id, fact, not_after=None, at=now)

    recorded = 0
    for number in range(40):
        key = f"racing-{number:04}"
        cancelled, answer = await asyncio.gather(cancel(key, number % 8), shop.ask(member, Redemption(points=1), key))
        assert cancelled is not isinstance(answer, Recorded), answer
        recorded += isinstance(answer, Recorded)
    # Who wins a race is the machine's to say; who comes first without one is not.
    assert await cancel("cancelled-first", 0)
    assert codes_of(await shop.ask(member, Redemption(points=1), "cancelled-first")) == ["cancelled"]
    await shop.must(member, Redemption(points=1), "asked-first")
    assert not await cancel("asked-first", 0)
    assert await shop.balance(member) == 99 - recorded


async def test_time_that_passes_on_a_household_and_changes_nothing_leaves_no_trace(shop: Shop) -> None:
    one, home = shop.members[0], await shop.joined()
    await shop.must(one, HouseholdJoin(household=home))
    assert await shop.together((one, LetTimePass()), (home, LetTimePass())) == [Nothing(), Nothing()]
