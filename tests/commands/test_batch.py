"""Commands that meet in one batch."""

from collections.abc import AsyncIterator

import pytest

from app.commands.asks import Ask, Conflict, Recorded, Unknown
from app.engine.commands import Purchase, Redemption, RedemptionCancel, ReferralClawback, ReferralReward, Refund
from app.engine.ids import fact_id
from app.engine.outcomes import ClawedBack, Refunded, Rewarded
from app.engine.refusals import Refusal
from tests.commands.shops import TILL, Process, Shop, opened, process
from tests.engine.builders import basket


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


@pytest.fixture
async def shop(worker: Process) -> Shop:
    return await opened(worker, number_of_members=2)


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refusal), answer
    return [reason.code for reason in answer.reasons]


async def test_two_refunds_of_one_purchase_in_one_batch_undo_it_once(shop: Shop) -> None:
    member = shop.members[0]
    bought = await shop.must(member, Purchase(basket=basket(100)))
    await shop.must(member, Purchase(basket=basket(40)))
    first, second = await shop.together(
        (member, Refund(purchase=bought.row.id)), (member, Refund(purchase=bought.row.id))
    )
    assert isinstance(first, Recorded)
    assert isinstance(first.row.change.outcome, Refunded)
    assert codes(second) == ["already_reversed"]
    assert await shop.balance(member) == 40


async def test_two_cancellations_of_one_redemption_in_one_batch_give_back_once(shop: Shop) -> None:
    member = shop.members[0]
    await shop.must(member, Purchase(basket=basket(100)))
    redeemed = await shop.must(member, Redemption(points=60))
    cancel = RedemptionCancel(redemption=redeemed.row.id)
    first, second = await shop.together((member, cancel), (member, cancel))
    assert isinstance(first, Recorded)
    assert codes(second) == ["already_reversed"]
    assert await shop.balance(member) == 100


async def test_claw_back_before_its_reward_in_one_batch_voids_it(shop: Shop) -> None:
    member = shop.members[0]
    reward = fact_id(shop.program.secret, TILL, "reward-of-friend")
    asks = [
        Ask(member=member, command=ReferralClawback(reward=reward), key="claw-back-of-friend"),
        Ask(member=member, command=ReferralReward(purchase=reward, points=50), key="reward-of-friend"),
    ]
    futures = [shop.process.lanes.enqueue(shop.program, TILL, ask) for ask in asks]
    clawed, rewarded = [await future for future in futures]
    assert isinstance(clawed, Recorded)
    assert isinstance(clawed.row.change.outcome, ClawedBack)
    assert isinstance(rewarded, Recorded)
    assert isinstance(rewarded.row.change.outcome, Rewarded)
    assert rewarded.row.change.outcome.reason == "voided"
    assert await shop.balance(member) == 0


async def test_refund_in_the_batch_of_its_purchase_waits_for_it(shop: Shop) -> None:
    member = shop.members[0]
    purchase = Ask(member=member, command=Purchase(basket=basket(100)), key="purchase-00")
    bought = fact_id(shop.program.secret, TILL, "purchase-00")
    futures = [
        shop.process.lanes.enqueue(shop.program, TILL, purchase),
        shop.process.lanes.enqueue(
            shop.program, TILL, Ask(member=member, command=Refund(purchase=bought), key="refund-00")
        ),
    ]
    first, second = [await future for future in futures]
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert isinstance(second.row.change.outcome, Refunded)
    assert await shop.balance(member) == 0


async def test_refund_of_somebody_elses_purchase_is_refused(shop: Shop) -> None:
    one, other = shop.members
    bought = await shop.must(one, Purchase(basket=basket(100)))
    await shop.must(other, Purchase(basket=basket(100)))
    answer = await shop.ask(other, Refund(purchase=bought.row.id))
    assert codes(answer) == ["wrong_kind"]
    assert [await shop.balance(member) for member in (one, other)] == [100, 100]


async def test_two_commands_of_a_member_see_each_other(shop: Shop) -> None:
    member = shop.members[0]
    answers = await shop.together(
        (member, Purchase(basket=basket(100))), (member, Redemption(points=80)), (member, Redemption(points=80))
    )
    assert [type(answer) for answer in answers] == [Recorded, Recorded, Refusal]
    assert await shop.balance(member) == 20


async def test_a_refusal_spoils_nobody_else(shop: Shop) -> None:
    one, other = shop.members
    answers = await shop.together(
        (one, Redemption(points=5)), (other, Purchase(basket=basket(100))), (shop.program.id, Redemption(points=1))
    )
    assert [type(answer) for answer in answers] == [Refusal, Recorded, Unknown]


async def test_the_same_key_in_one_batch_gets_the_first_answer(shop: Shop) -> None:
    member = shop.members[0]
    ask = Ask(member=member, command=Purchase(basket=basket(100)), key="twin-0000")
    other = Ask(member=member, command=Purchase(basket=basket(99)), key="twin-0000")
    futures = [shop.process.lanes.enqueue(shop.program, TILL, each) for each in (ask, ask, other)]
    first, second, third = [await future for future in futures]
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert (first.replayed, second.replayed) == (False, True)
    assert first.row == second.row
    assert third == Conflict(code="idempotency_key_reused", existing=first.row.id)
    assert await shop.balance(member) == 100


async def test_the_callers_own_id_exists_once(shop: Shop) -> None:
    member = shop.members[0]
    receipt = Purchase(basket=basket(100), external_id="receipt-1")
    first = await shop.must(member, receipt)
    again = await shop.must(member, receipt)
    assert (again.replayed, again.row) == (True, first.row)
    answer = await shop.ask(member, Purchase(basket=basket(101), external_id="receipt-1"))
    assert answer == Conflict(code="external_id_reused", existing=first.row.id)
    elsewhere = await shop.ask(member, receipt, source=2)
    assert isinstance(elsewhere, Recorded)
    assert not elsewhere.replayed
    assert await shop.balance(member) == 200
