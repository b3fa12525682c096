"""Two tills and one challenge: it is completed once, however many purchases arrive together, and undone once."""

import asyncio

from app.commands.asks import Recorded
from app.engine.activity import Activity
from app.engine.commands import Purchase, Refund
from app.engine.outcomes import Purchased, Refunded
from app.engine.played import Acted
from tests.commands.races import race
from tests.engine.builders import basket
from tests.engine.players import book, challenge, goal
from tests.engine.test_streaks import streak

CLIENTS = 32
REVIEW = {"id": "review", "title": {"en": "Review"}, "limits": [{"per": "day", "times": 1}]}


async def test_two_tills_that_complete_a_challenge_at_once_give_its_prize_once(app_url: str) -> None:
    goals = [goal("visits", {"kind": "count"}, CLIENTS - 5)]
    steps = streak((1, 7), measure={"kind": "count", "of": "review"})
    document = book(challenges=[challenge(goals=goals)], streaks=[steps], activities=[REVIEW])
    async with race(app_url, document) as racing:
        member = racing.shop.members[0]
        answers = await racing.at_once((member, Purchase(basket=basket(10))) for _ in range(CLIENTS))
        rows = [answer.row for answer in answers if isinstance(answer, Recorded)]
        bought = [row.change.outcome for row in rows if isinstance(row.change.outcome, Purchased)]
        prizes = [prized for each in bought if each.played is not None for prized in each.played.prizes]
        assert (len(rows), [prized.cause for prized in prizes]) == (CLIENTS, ["challenge/visits"])
        assert await racing.balances(member) == [CLIENTS * 10 + 50]
        reviews = await racing.at_once((member, Activity(kind="review")) for _ in range(CLIENTS))
        acted = [answer.row.change.outcome for answer in reviews if isinstance(answer, Recorded)]
        assert sum(isinstance(each, Acted) and each.counted for each in acted) == 1
        assert await racing.balances(member) == [CLIENTS * 10 + 57]
        undone = await asyncio.gather(*(racing.twins(member, Refund(purchase=row.id)) for row in rows))
        back = [answer.row.change.outcome for answer in undone if isinstance(answer, Recorded)]
        assert sum(len(each.prizes) for each in back if isinstance(each, Refunded)) == 1
        assert await racing.balances(member) == [7]
