"""Prizes of which there are few: many members, two processes, and never one more than there are."""

import asyncio
from collections import Counter
from uuid import UUID

from app.commands.asks import Recorded
from app.engine.commands import Purchase, Refund, RewardRedemption
from app.engine.outcomes import Purchased, Redeemed
from app.engine.played import Drawn
from tests.commands.races import race, recorded
from tests.engine.builders import basket, rulebook

CHANCES = [
    {"id": "few", "title": {"en": "Few"}, "weight": 3, "prize": {"points": 10}, "stock": 5},
    {"id": "many", "title": {"en": "Many"}, "weight": 1, "prize": {"points": 7}},
]
LUCKY = {"id": "lucky", "title": {"en": "Lucky"}, "prizes": CHANCES, "nothing_weight": 1, "budget_points": 100}
WHEEL = {
    "id": "wheel",
    "title": {"en": "Wheel"},
    "kind": "wheel",
    "cost_points": 1,
    "odds": {"prizes": [CHANCES[0]]},
}


def surprises_of(answer: Recorded) -> tuple[Drawn, ...]:
    """The draws that came with a purchase."""
    bought = answer.row.change.outcome
    assert isinstance(bought, Purchased)
    return bought.surprises


async def test_stock_and_budget_of_a_surprise_are_never_oversold(app_url: str) -> None:
    few = LUCKY | {"id": "few", "prizes": CHANCES[:1], "nothing_weight": 0, "budget_points": None}
    many = LUCKY | {"id": "many", "prizes": CHANCES[1:], "nothing_weight": 0}
    async with race(app_url, rulebook(surprises=[few, many]), members=8) as racing:
        shop = racing.shop
        answers = recorded(await racing.at_once((member, Purchase(basket=basket(100))) for member in shop.members * 6))
        drawn = [(answer.row.member, each) for answer in answers for each in surprises_of(answer)]
        cuts = Counter((each.draw, each.cut) for _, each in drawn)
        assert cuts == {
            ("surprise/few", ""): 5,
            ("surprise/few", "stock"): 43,
            ("surprise/many", ""): 100 // 7,
            ("surprise/many", "budget"): 48 - 100 // 7,
        }
        assert sum(await racing.balances()) == 48 * 100 + 5 * 10 + 100 // 7 * 7
        numbers = sorted((member, each.number) for member, each in drawn if each.draw == "surprise/few")
        assert numbers == [(member, number) for member in sorted(shop.members) for number in range(1, 7)]


async def test_what_refunds_give_back_is_won_again_and_never_twice(app_url: str) -> None:
    async with race(app_url, rulebook(surprises=[LUCKY | {"budget_points": None}]), members=6) as racing:
        shop, out = racing.shop, 0

        async def client(member: UUID) -> None:
            nonlocal out
            for _ in range(5):
                answer = await racing.twins(member, Purchase(basket=basket(100)))
                assert isinstance(answer, Recorded)
                (drawn,) = surprises_of(answer)
                if drawn.place == 0 and drawn.prized is not None:
                    out += 1
                    assert out <= 5
                    await asyncio.sleep(0.003)
                    # Counted as back before it is asked back: from then on somebody else may have it.
                    out -= 1
                await racing.twins(member, Refund(purchase=answer.row.id))

        await asyncio.gather(*(client(member) for member in shop.members * 2))
        assert await racing.balances() == [0] * 6


async def test_a_wheel_gives_no_more_than_there_is_and_takes_no_points_for_what_is_gone(app_url: str) -> None:
    async with race(app_url, rulebook(rewards=[WHEEL]), members=4) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
        answers = recorded(
            await racing.at_once((member, RewardRedemption(reward="wheel")) for member in shop.members * 4)
        )
        turns = [answer.row.change.outcome for answer in answers]
        assert (
            sorted(
                (turn.points, turn.drawn.cut) for turn in turns if isinstance(turn, Redeemed) and turn.drawn is not None
            )
            == [(0, "stock")] * 11 + [(1, "")] * 5
        )
        assert sum(await racing.balances()) == 400 + 5 * (10 - 1)
