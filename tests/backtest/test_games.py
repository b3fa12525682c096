"""Backtests of all that is no plain point: games, sets of tiers, chance, friends, and what is known of people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.commands.backtest.sums import Paid, Refused
from app.commands.programs import Programs
from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import Move, Purchase, Refund, RewardRedemption
from app.engine.draws import message_of, pick, seed_of, value_of
from app.engine.rulebook.document import Rulebook
from app.repositories import details
from app.repositories.details import Birthday, Details
from app.workers.follower import follow
from tests.backtest.histories import backtested
from tests.backtest.test_run import shown
from tests.commands.lives import START
from tests.commands.playful import play, playful
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import basket, day, referral
from tests.engine.players import book, challenge
from tests.engine.test_streaks import streak

BASE = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}
REVIEW = {"id": "review", "title": {"en": "Review"}}
THANKS = {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 20}}
GREETING = {"id": "greeting", "when": {"kind": "birthday"}, "effect": {"kind": "bonus", "points": 50}}
PLAN = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}
GOLD = {"kind": "attribute", "name": "plan", "any_of": ["gold"]}


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def told(shop: Shop, member: UUID, birthday: Birthday | None = None, **attributes: str) -> None:
    """What a member has told by now."""
    known = Details(birthday=birthday, attributes=attributes)
    async with shop.process.database.transaction() as writer:
        await details.keep(writer, shop.program.id, member, known, START)


async def carried(shop: Shop) -> None:
    await follow(shop.process.database, shop.process.lanes, Programs(shop.process.database))


def earned(*rules: Any, **parts: Any) -> Rulebook:
    return book(earning={"rules": [BASE, *rules]}, **parts)


async def test_a_life_of_games_changes_nothing_under_its_own_rulebooks(worker: Process, app_url: str) -> None:
    better = playful(earning={"rules": [{"id": "b", "effect": {"kind": "per_amount", "points": 2, "per_minor": 1}}]})
    dates = (START - timedelta(days=9), START + timedelta(days=1))
    shop = await opened(worker, playful(), better, test_now=START, effective=dates)
    await play(shop)
    sums = (await backtested(app_url, shop, None)).sums
    assert sums.refusals == {}
    assert shown(sums.now) == shown(sums.was)
    assert (sums.winners, sums.losers, sums.tier_changes, set(sums.differences)) == ([], [], {}, {0})


async def test_challenges_and_streaks_of_a_draft_give_what_they_would_have_given(worker: Process, app_url: str) -> None:
    shop = await opened(worker, earned(), test_now=START)
    (member,) = shop.members
    for days in range(3):
        await shop.clock(START + timedelta(days=days))
        bought = await shop.must(member, Purchase(basket=basket(10)))
    games = {"challenges": [challenge(3)], "streaks": [streak((2, 5), (3, 7))]}
    sums = (await backtested(app_url, shop, earned(**games))).sums
    # Fifty for three purchases; five for two days in a row, and seven for three.
    assert sums.was.points == {"": {"issued": 30}}
    assert sums.now.points == {"": {"issued": 30 + 50 + 5 + 7}}
    await shop.must(member, Refund(purchase=bought.row.id))
    sums = (await backtested(app_url, shop, earned(**games))).sums
    assert sums.was.points == {"": {"issued": 30, "reversed": -10}}
    # Two purchases on two days are left: the third took its challenge and the third day with it.
    assert sums.now.points == {"": {"issued": 92, "reversed": -10 - 50 - 7}}
    assert [(each.was, each.now) for each in sums.winners] == [(20, 25)]


async def test_a_surprise_of_a_draft_is_drawn_with_the_seeds_of_its_days(worker: Process, app_url: str) -> None:
    """Everybody can check it: the seed of the day, the member, the number of the draw; and again it is the same."""
    shop = await opened(worker, earned(), test_now=START, number_of_members=6)
    for member in shop.members:
        await shop.must(member, Purchase(basket=basket(1)))
        await shop.must(member, Purchase(basket=basket(1)))
    prize = {"id": "points", "title": {"en": "Points"}, "weight": 1, "prize": {"points": 100}}
    lucky = {"id": "lucky", "title": {"en": "Lucky"}, "prizes": [prize], "nothing_weight": 1}
    seed = seed_of(shop.program.secret, day("2026-01-10"))
    won = [
        pick(value_of(seed, message_of(member, "surprise/lucky", number)), [1], 1)
        for member in shop.members
        for number in (1, 2)
    ].count(0)
    sums = (await backtested(app_url, shop, earned(surprises=[lucky]))).sums
    assert sums.now.points == {"": {"issued": 12 + 100 * won}}
    assert shown((await backtested(app_url, shop, earned(surprises=[lucky]))).sums.now) == shown(sums.now)
    await shop.publish(earned(surprises=[lucky]), 2, START)
    more = (await backtested(app_url, shop, None)).sums
    assert shown(more.now) == shown(sums.now)


async def test_a_prize_of_which_a_draft_has_few_goes_to_who_was_first(worker: Process, app_url: str) -> None:
    shop = await opened(worker, earned(), number_of_members=3)
    for member in shop.members:
        await shop.must(member, Purchase(basket=basket(1)))
    prize = {"id": "points", "title": {"en": "Points"}, "weight": 1, "stock": 2, "prize": {"points": 100}}
    lucky = {"id": "lucky", "title": {"en": "Lucky"}, "prizes": [prize], "nothing_weight": 0}
    sums = (await backtested(app_url, shop, earned(surprises=[lucky]))).sums
    assert sums.now.points == {"": {"issued": 3 + 200}}
    assert sorted((each.was, each.now) for each in sums.winners) == [(1, 101), (1, 101)]
    assert sums.rerun == 3


async def test_each_set_of_tiers_of_a_draft_gives_its_prizes_on_reaching(worker: Process, app_url: str) -> None:
    shop = await opened(worker, earned(), number_of_members=2)
    regular, rare = shop.members
    for _ in range(3):
        await shop.must(regular, Purchase(basket=basket(100)))
    await shop.must(rare, Purchase(basket=basket(250)))
    bronze = {"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0}
    silver = {"id": "silver", "title": {"en": "Silver"}, "from_points": 200, "on_reaching": {"points": 10}}
    often = {"kind": "enough", "counter": "visits", "at_least": 3}
    guest = {"id": "guest", "title": {"en": "Guest"}, "from_points": 0}
    friend = {"id": "friend", "title": {"en": "Friend"}, "needs": often, "on_reaching": {"points": 5}}
    club = {"id": "club", "title": {"en": "Club"}, "levels": [guest, friend]}
    draft = earned(tiers={"levels": [bronze, silver]}, tier_sets=[club])
    sums = (await backtested(app_url, shop, draft)).sums
    assert (sums.was.points, sums.now.points) == ({"": {"issued": 550}}, {"": {"issued": 550 + 2 * 10 + 5}})
    assert (sums.was.tiers, sums.now.tiers) == ({"": 2}, {"silver": 2})
    assert sums.tier_changes == {" silver": 2}
    # Those of all sets.
    assert sums.now.tier_moves == {"promotion": 3}


async def test_activities_are_judged_by_the_draft_and_their_limits_are_its_own(worker: Process, app_url: str) -> None:
    shop = await opened(worker, earned(THANKS, activities=[REVIEW]), test_now=START)
    (member,) = shop.members
    done = [await shop.must(member, Activity(kind="review")) for _ in range(3)]
    await shop.must(member, ActivityCancel(activity=done[0].row.id))
    more = THANKS | {"effect": {"kind": "bonus", "points": 30}}
    kind = REVIEW | {"limits": [{"per": "day", "times": 2}]}
    sums = (await backtested(app_url, shop, earned(more, activities=[kind]))).sums
    assert sums.was.points == {"": {"issued": 60, "reversed": -20}}
    assert sums.now.points == {"": {"issued": 60, "reversed": -30}}
    assert sums.was.rules == {"thanks": Paid(purchases=3, wanted=60, granted=60)}
    assert sums.now.rules == {"thanks": Paid(purchases=2, wanted=60, granted=60)}
    none = (await backtested(app_url, shop, earned())).sums
    # What was never recorded cannot be cancelled either.
    assert none.refusals == {
        "activity unknown_activity": Refused(times=3, points=0),
        "activity_cancel wrong_kind": Refused(times=1, points=0),
    }


async def test_a_cap_on_friends_of_a_draft_binds_from_the_friend_after_it(worker: Process, app_url: str) -> None:
    shop = await opened(worker, earned(referral=referral()), test_now=START)
    friends = [await shop.joined(referrer=shop.members[0]) for _ in range(3)]
    for friend in friends:
        await shop.must(friend, Purchase(basket=basket(100)))
        await carried(shop)
    capped = {**referral(), "caps": [{"friends": 2, "per": "month"}]}
    sums = (await backtested(app_url, shop, earned(referral=capped))).sums
    given = referral()
    each = 100 + given["friend_points"]
    assert sums.was.points == {"": {"issued": 3 * (each + given["referrer_points"])}}
    assert sums.now.points == {"": {"issued": 3 * each + 2 * given["referrer_points"]}}
    assert [(loser.was, loser.now) for loser in sums.losers] == [(150, 100)]


async def test_questions_about_people_are_answered_from_today_or_count_as_no(worker: Process, app_url: str) -> None:
    """Nobody asked when they bought; both answers are counted."""
    shop = await opened(worker, earned(), test_now=START, number_of_members=3)
    celebrating, other, silent = shop.members
    await told(shop, celebrating, Birthday(month=1, day=10))
    await told(shop, other, Birthday(month=7, day=1))
    for member in (celebrating, other, silent):
        await shop.must(member, Purchase(basket=basket(1)))
    sums = (await backtested(app_url, shop, earned(GREETING))).sums
    assert sums.now.points == {"": {"issued": 3 + 50}}
    assert sums.unknown == {"today": 2, "unknown": 1}


async def test_what_was_answered_at_the_time_holds_whatever_is_known_today(worker: Process, app_url: str) -> None:
    """Of purchases, of activities, of rewards for some and of purchases that were moved to somebody else."""
    rules = (
        {"id": "dear", "when": GOLD, "effect": {"kind": "bonus", "points": 7}},
        THANKS | {"when": GOLD},
    )
    golden_only = {"id": "golden", "title": {"en": "Golden"}, "when": GOLD}
    mug = {"id": "mug", "title": {"en": "A mug"}, "cost_points": 30, "kind": "item", "segments": ["golden"]}
    parts = {"attributes": [PLAN], "activities": [REVIEW], "segments": [golden_only], "rewards": [mug]}
    live = earned(*rules, **parts)
    shop = await opened(worker, live, test_now=START, number_of_members=2)
    one, golden = shop.members
    await told(shop, golden, plan="gold")
    await shop.must(golden, Purchase(basket=basket(100)))
    await shop.must(golden, Activity(kind="review"))
    await shop.must(golden, RewardRedemption(reward="mug"))
    wrong = await shop.must(one, Purchase(basket=basket(10)))
    await shop.must(one, Move(purchase=wrong.row.id, to=golden))
    await told(shop, golden, plan="basic")
    await told(shop, one, plan="gold")
    for document in (None, live):
        sums = (await backtested(app_url, shop, document)).sums
        assert sums.was.points == {"": {"issued": 107 + 20 + 10 + 17, "reversed": -10, "redeemed": -30}}
        assert (shown(sums.now), sums.refusals) == (shown(sums.was), {})
        assert sums.unknown == {"today": 0, "unknown": 0}
