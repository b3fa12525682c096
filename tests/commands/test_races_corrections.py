"""Corrections that race what they correct, on two processes: every fact is undone once, whoever asks."""

import asyncio
import random
from collections import Counter
from uuid import UUID

from app.commands.asks import Answered, Conflict, Recorded
from app.commands.cancellations import Cancelled, cancel
from app.engine.commands import (
    Capture,
    Command,
    HoldPlace,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RefundLine,
    RewardRedemption,
    Void,
)
from app.engine.vouchers import VoucherUse
from app.repositories.journal import JournalRow
from tests.commands.races import Race, codes, race, recorded
from tests.commands.shops import TILL
from tests.engine.builders import basket, rulebook

LATTE = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 5, "kind": "voucher"}


async def test_a_purchase_that_is_voided_refunded_and_moved_at_once_is_undone_once(app_url: str) -> None:
    async with race(app_url, rulebook(), members=2) as racing:
        shop, (one, other) = racing.shop, racing.shop.members
        bought = [(await shop.must(one, Purchase(basket=basket(60, 40)))).row.id for _ in range(12)]
        wanted: list[tuple[UUID, Command]] = [
            (one, command)
            for each in bought
            for command in (Void(purchase=each), Refund(purchase=each), Move(purchase=each, to=other))
        ]
        random.Random(2).shuffle(wanted)  # noqa: S311 - chance, no secret
        answers = await asyncio.gather(*(racing.twins(*each) for each in wanted))
        assert codes(answers) == {"already_reversed"}
        undone = Counter(undone_by(answer) for answer in recorded(answers))
        assert undone == dict.fromkeys(bought, 1)
        moved = sum(isinstance(answer.row.command, Move) for answer in recorded(answers))
        assert await racing.balances() == [0, 100 * moved]


def undone_by(answer: Recorded) -> UUID:
    assert isinstance(answer.row.command, Void | Refund | Move)
    return answer.row.command.purchase


async def test_many_small_refunds_at_once_give_back_what_was_bought_and_no_more(app_url: str) -> None:
    """Lines, quantities and amounts of one purchase, as twins, against a void of it: never more than there was."""
    async with race(app_url, rulebook(), members=6) as racing:
        shop = racing.shop

        async def wear_down(number: int, member: UUID) -> None:
            await shop.must(member, Purchase(basket=basket(500)))
            bought = await shop.must(member, Purchase(basket=basket(100, 77, 31, points=50)))
            parts: list[Command] = [
                Refund(purchase=bought.row.id, lines=(RefundLine(line=n % 3, amount_minor=7 + n),)) for n in range(12)
            ]
            parts += [Refund(purchase=bought.row.id, amount_minor=9) for _ in range(8)]
            parts.append(Refund(purchase=bought.row.id, lines=(RefundLine(line=2),)))
            ends = [Void(purchase=bought.row.id)] * (number % 2) + parts
            random.Random(number).shuffle(ends)  # noqa: S311 - chance, no secret
            answers = await asyncio.gather(*(racing.twins(member, command) for command in ends))
            assert codes(answers) <= {"already_reversed", "refunds_too_much"}
            await racing.twins(member, Refund(purchase=bought.row.id))
            assert await racing.balances(member) == [500]

        await asyncio.gather(*map(wear_down, range(6), shop.members))


async def test_a_redemption_cancelled_by_many_comes_back_once(app_url: str) -> None:
    async with race(app_url, rulebook(rewards=[LATTE]), members=3) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(300))) for member in shop.members))
        spent: list[Recorded] = []
        for member in shop.members:
            spent += recorded(await shop.together(*[(member, Redemption(points=10))] * 8))
            held = await shop.must(member, HoldPlace(points=10))
            spent.append(await shop.must(member, Capture(hold=held.row.id)))
        answers = await racing.at_once(
            (answer.row.member, RedemptionCancel(redemption=answer.row.id)) for answer in spent * 5
        )
        assert (len(recorded(answers)), codes(answers)) == (27, {"already_reversed"})
        assert await racing.balances() == [300, 300, 300]


async def test_a_voucher_is_used_or_given_back_and_used_once(app_url: str) -> None:
    async with race(app_url, rulebook(rewards=[LATTE]), members=2) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
        taken = recorded(await racing.at_once((each, RewardRedemption(reward="latte")) for each in shop.members * 10))
        wanted: list[tuple[UUID, Command]] = [
            (each.row.member, command)
            for each in taken
            for command in (
                VoucherUse(voucher=each.row.id),
                RedemptionCancel(redemption=each.row.id),
                VoucherUse(voucher=each.row.id),
            )
        ]
        random.Random(4).shuffle(wanted)  # noqa: S311 - chance, no secret
        answers = await asyncio.gather(*(racing.twins(*each) for each in wanted))
        assert codes(answers) <= {"voucher_used", "voucher_cancelled", "already_reversed"}
        assert len(recorded(answers)) == len(taken) == 20
        back = sum(isinstance(answer.row.command, RedemptionCancel) for answer in recorded(answers))
        assert sum(await racing.balances()) == 200 - 5 * (20 - back)


async def test_one_receipt_number_has_one_purchase_whoever_sends_it(app_url: str) -> None:
    """Different keys and contents, the same number; then its void, and a race for the one replacement."""
    async with race(app_url, rulebook(), members=2) as racing:
        shop, (one, other) = racing.shop, racing.shop.members
        for number in range(6):
            receipt = f"receipt-{number}"
            first = await racing.at_once(
                (member, Purchase(basket=basket(amount), external_id=receipt))
                for amount in (10, 20)
                for member in (one, other)
                for _ in range(2)
            )
            (row,) = rows(first)
            undone = await racing.twins(row.member, Void(purchase=row.id))
            assert isinstance(undone, Recorded)
            second = await racing.at_once(
                (member, Purchase(basket=basket(amount), external_id=receipt, replaces=row.id))
                for amount in (10, 20)
                for member in (row.member,)
                for _ in range(4)
            )
            (replacement,) = rows(second)
            await shop.must(row.member, Refund(purchase=replacement.id))
        assert await racing.balances() == [0, 0]


def rows(answers: list[Answered]) -> list[JournalRow]:
    """The rows that were recorded; whoever wanted something else under their name was told so."""
    found = {answer.row.id: answer.row for answer in answers if isinstance(answer, Recorded)}
    others = [answer for answer in answers if not isinstance(answer, Recorded)]
    assert all(isinstance(answer, Conflict) and answer.code == "external_id_reused" for answer in others), others
    assert sum(not answer.replayed for answer in recorded(answers)) == 1
    return list(found.values())


async def test_a_request_and_its_cancellation_end_in_one_known_state(app_url: str) -> None:
    """The request on one process, its cancellation on the other, then both again: refused, or recorded and undone."""
    async with race(app_url, rulebook(holds={}, rewards=[LATTE]), members=4) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(500))) for member in shop.members))

        async def client(place: int) -> list[str]:
            return [await known_state(racing, number) for number in range(place, 60, 6)]

        outcomes = await asyncio.gather(*map(client, range(6)))
        assert {outcome for some in outcomes for outcome in some} == {"undone", "refused_from_now_on"}
        assert await racing.balances() == [500] * 4
        assert [await racing.free(member) for member in shop.members] == [500] * 4


async def known_state(racing: Race, number: int) -> str:
    """Returns what the cancellation came to."""
    shop, member, key = racing.shop, racing.shop.members[number % 4], f"unsure-{number:04}"
    commands: tuple[Command, ...] = (
        Purchase(basket=basket(7)),
        Redemption(points=3),
        HoldPlace(points=2),
        RewardRedemption(reward="latte"),
    )
    command = commands[number // 4 % 4]
    asking, cancelling = random.Random(number).sample(racing.processes, 2)  # noqa: S311 - chance, no secret

    async def give_up() -> Cancelled | Answered:
        await asyncio.sleep(number % 11 * 0.004)
        return await cancel(cancelling.database, cancelling.lanes, cancelling.reading, shop.program, TILL, key)

    answer, cancelled = await asyncio.gather(racing.patient(member, command, key, via=asking), give_up())
    assert isinstance(cancelled, Cancelled)
    late = await racing.patient(member, command, key, via=cancelling)
    if isinstance(answer, Recorded):
        assert (cancelled.outcome, cancelled.fact) == ("undone", answer.row)
        assert isinstance(late, Recorded)
        assert late.row == answer.row
    else:
        assert cancelled.outcome == "refused_from_now_on"
        assert codes([answer, late]) == {"cancelled"}
    again = await cancel(asking.database, asking.lanes, asking.reading, shop.program, TILL, key)
    assert isinstance(again, Cancelled)
    assert again == cancelled
    return cancelled.outcome
