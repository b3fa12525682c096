"""Prizes in answers, messages and explanations: what was reached, what it gave, and what a refund takes of it again."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Shop
from tests.api.rulebooks import plain, reward
from tests.api.shopping import made, plain_shop, read

TITLE = {"en": "Silver", "vi": "Bạc", "ru": "Серебряный", "kk": "Күміс"}
STAR = {"id": "star", "title": {"en": "A star", "vi": "Ngôi sao", "ru": "Звезда", "kk": "Жұлдыз"}}
BASE = {"id": "base", "title": {"en": "Base"}, "from_points": 0}
SILVER = {"id": "silver", "title": TITLE, "from_points": 100}
CLUB = {"en": "The club", "vi": "Câu lạc bộ", "ru": "Клуб", "kk": "Клуб"}
TIERS: dict[str, Any] = {
    "badges": [STAR],
    "rewards": [reward()],
    "tiers": {
        "after_refund": "immediate",
        "levels": [BASE, SILVER | {"on_reaching": {"points": 70, "badge": "star", "gift": "latte"}}],
    },
    "tier_sets": [
        {
            "id": "club",
            "title": CLUB,
            "after_refund": "immediate",
            "levels": [BASE, SILVER | {"id": "friend", "from_points": 200, "on_reaching": {"points": 5}}],
        }
    ],
}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, **TIERS)


async def explained(shop: Shop, fact: str, language: str = "en") -> Any:
    answer = await shop.ask("GET", f"/v1/facts/{fact}/explanation", accept_language=language)
    assert answer.status_code == 200, answer.text
    return answer.json()


def given(game: str, name: str, points: int, **more: Any) -> dict[str, Any]:
    nothing = {"badge": None, "gift": None, "gift_title": None, "gift_last_day": None, "set": None}
    return {**nothing, "game": game, "id": name, "times": 1, "points": points, "wallet": "points", **more}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Points for reaching Silver: 70.",
                "Badge for “Silver”: “A star”.",
                "Free of charge for “Silver”: “A latte”.",
                "Points for reaching Silver in “The club”: 5.",
            ],
        ),
        (
            "vi",
            [
                "Điểm vì đạt hạng Bạc: 70.",
                "Huy hiệu vì “Bạc”: “Ngôi sao”.",
                "Miễn phí nhờ “Bạc”: “Một ly latte”.",
                "Điểm vì đạt hạng Bạc trong “Câu lạc bộ”: 5.",
            ],
        ),
        (
            "ru",
            [
                "Баллы за достижение уровня Серебряный: 70.",
                "Значок за «Серебряный»: «Звезда».",
                "Бесплатно за «Серебряный»: «A latte».",
                "Баллы за достижение уровня Серебряный в «Клуб»: 5.",
            ],
        ),
        (
            "kk",
            [
                "Күміс деңгейіне жеткені үшін ұпай: 70.",
                "«Күміс» үшін белгі: «Жұлдыз».",
                "«Күміс» үшін тегін: «A latte».",
                "«Клуб» ішінде Күміс деңгейіне жеткені үшін ұпай: 5.",
            ],
        ),
    ],
)
async def test_a_tier_that_is_reached_says_what_it_gave(shop: Shop, language: str, sentences: list[str]) -> None:
    member = (await shop.enrol(card=f"why-{language}", language=language))["id"]
    bought = await shop.buy(member, 250)
    titled = "A latte" if language in {"ru", "kk"} else sentences[2].split("“")[-1].rstrip("”.")
    answer = await shop.ask("GET", f"/v1/purchases/{bought['id']}", accept_language=language)
    assert answer.json()["prizes"] == [
        given("tier", "silver", 70, title=TITLE[language], badge="star", gift="latte", gift_title=titled),
        given("tier", "friend", 5, title=TITLE[language], set="club"),
    ]
    found = await explained(shop, bought["id"], language)
    assert found["prizes"] == answer.json()["prizes"]
    assert [each for each in found["sentences"] if each in sentences] == sentences
    assert [(entry["kind"], entry["points"]) for entry in found["entries"]] == [
        ("accrual", 250),
        ("prize", 70),
        ("prize", 5),
    ]
    assert [entry["text"] for entry in found["entries"][1:]] == [sentences[0], sentences[3]]
    assert " ".join(sentences) in bought["messages"]["member"]


async def test_a_refund_says_what_a_tier_loses_that_had_been_reached(shop: Shop) -> None:
    member = (await shop.enrol(card="why-back", language="en"))["id"]
    bought = await shop.buy(member, 250)
    await made(shop, "/v1/redemptions", {"member": member, "points": 300})
    refund = await made(shop, "/v1/refunds", {"purchase": bought["id"]})
    back = {"times": 1, "badge": None, "gift": None, "set": None}
    assert refund["prizes_taken"] == [
        back
        | {"game": "tier", "id": "silver", "points_asked": 70, "points_taken": 70, "badge": "star", "gift": "latte"},
        back | {"game": "tier", "id": "friend", "points_asked": 5, "points_taken": 5, "set": "club"},
    ]
    found = await explained(shop, refund["id"])
    assert found["prizes_taken"] == refund["prizes_taken"]
    told = [
        "Points for “Silver” asked back: 70; taken: 70.",
        "Badge for “Silver” taken back: “A star”.",
        "No longer free of charge for “Silver”: “A latte”.",
        "Points for “Silver (The club)” asked back: 5; taken: 5.",
    ]
    assert [each for each in found["sentences"] if each in told] == told
    assert [entry["text"] for entry in found["entries"] if entry["kind"] == "prize_reversal"] == [
        "Points for “Silver” taken back: 70.",
        "Points for “Silver (The club)” taken back: 5.",
    ]
    assert " ".join(told) in refund["messages"]["cashier"]


async def test_a_wheel_says_what_was_won_and_when_nothing_was_and_what_a_cancellation_takes(
    client: httpx.AsyncClient,
) -> None:
    prize = {"id": "ten", "title": {"en": "Ten points"}, "weight": 1, "prize": {"points": 10}}
    wheel = {"kind": "wheel", "cost_points": 20, "title": {"en": "The wheel"}}
    rewards = [
        {**wheel, "id": "sure", "odds": {"prizes": [prize], "cancel": "give_back"}},
        {**wheel, "id": "gone", "odds": {"prizes": [prize | {"stock": 0}]}},
    ]
    shop = await plain_shop(client, rewards=rewards)
    member = (await shop.enrol(card="why-wheel", language="en"))["id"]
    await shop.buy(member, 100)
    won, missed = [
        await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": name}) for name in ("sure", "gone")
    ]
    assert won["messages"]["member"] == (
        "Points redeemed for “The wheel”: 20. Points won with “The wheel”: 10. Points to spend: 90."
    )
    assert (await explained(shop, won["id"]))["prizes"] == [given("wheel", "sure", 10, title="The wheel")]
    assert "“The wheel” stopped at “Ten points”, of which nothing was left." in missed["messages"]["member"]
    cancelled = await made(shop, f"/v1/redemptions/{won['id']}/cancel")
    assert [(each["game"], each["id"], each["points_taken"]) for each in cancelled["prizes_taken"]] == [
        ("wheel", "sure", 10)
    ]
    assert "Points for “The wheel” asked back: 10; taken: 10." in (await explained(shop, cancelled["id"]))["sentences"]


async def test_what_gave_a_prize_keeps_its_name_when_later_rulebooks_know_it_no_more(shop: Shop) -> None:
    member = (await shop.enrol(card="why-later", language="en"))["id"]
    bought = await shop.buy(member, 250)
    before = await explained(shop, bought["id"])
    renamed = [BASE, SILVER | {"title": {"en": "Renamed"}}]
    document = plain(**TIERS | {"badges": [], "tiers": {"levels": renamed}})
    assert (await shop.publish(document)).status_code == 201
    assert await explained(shop, bought["id"]) == before
    assert (await read(shop, f"/v1/purchases/{bought['id']}"))["prizes"] == bought["prizes"]
