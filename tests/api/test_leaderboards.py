"""Leaderboards over HTTP: ranks, ties, names of those who agree, and who is not on them any more."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import START, advance, clocked
from tests.api.conftest import RULEBOOK, Shop

BOARDS = RULEBOOK | {
    "attributes": [{"id": "office", "title": {"en": "Office"}, "kind": "text"}],
    "leaderboards": [
        {
            "id": "spend",
            "title": {"en": "Spend"},
            "measure": {"kind": "sum", "what": "amount"},
            "period": "month",
            "show": 3,
        },
        {"id": "stores", "title": {"en": "Stores"}, "measure": {"kind": "count"}, "period": "ever", "group": "store"},
        {
            "id": "offices",
            "title": {"en": "Offices"},
            "measure": {"kind": "count"},
            "period": "year",
            "group": "team",
            "team": "office",
        },
    ],
}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client, document=BOARDS)


async def board(shop: Shop, path: str) -> dict[str, Any]:
    answer = await shop.ask("GET", f"/v1/leaderboards/{path}", token=shop.manager)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def own(shop: Shop, member: str, path: str) -> dict[str, Any]:
    token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    answer = await shop.ask("GET", f"/v1/me/leaderboards/{path}", token=token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ranks(found: dict[str, Any]) -> list[tuple[int, int]]:
    return [(place["rank"], place["score"]) for place in found["data"]]


async def spent(shop: Shop, *amounts: int) -> list[str]:
    members = [(await shop.enrol())["id"] for _ in amounts]
    for member, amount in zip(members, amounts, strict=True):
        await shop.buy(member, amount)
    return members


async def test_ties_share_a_rank_and_the_answer_says_how_ranks_are_counted(shop: Shop) -> None:
    members = await spent(shop, 9000, 5000, 7000, 7000, 5000)
    found = await board(shop, "spend")
    assert ranks(found) == [(1, 9000), (2, 7000), (2, 7000)]
    assert [place["member"] for place in found["data"]] == [members[0], *sorted(members[2:4])]
    assert {name: found[name] for name in ("from_date", "until_date", "period", "score_unit", "ranking")} == {
        "from_date": "2026-03-01",
        "until_date": "2026-03-31",
        "period": "month",
        "score_unit": "minor",
        "ranking": "Who has as much shares a rank, and the ranks that they take are left out: 1, 2, 2, 4.",
    }


async def test_members_are_named_only_where_they_agreed(shop: Shop) -> None:
    members = await spent(shop, 9000, 7000)
    assert [place["nickname"] for place in (await board(shop, "spend"))["data"]] == [None, None]
    path = f"/v1/members/{members[0]}/nickname"
    assert (await shop.ask("PUT", path, {"nickname": "Lan"})).json() == {"nickname": "Lan"}
    found = await own(shop, members[1], "spend")
    assert [(place["nickname"], place["member"], place["is_own"]) for place in found["data"]] == [
        ("Lan", None, False),
        (None, members[1], True),
    ]
    token = (await shop.ask("POST", f"/v1/members/{members[0]}/tokens", {})).json()["token"]
    assert (await shop.ask("PUT", "/v1/me/nickname", {"nickname": None}, token=token)).json() == {"nickname": None}
    assert [place["nickname"] for place in (await board(shop, "spend"))["data"]] == [None, None]


async def test_members_see_their_own_place_and_their_neighbours(shop: Shop) -> None:
    members = await spent(shop, *range(1000, 8000, 1000))
    assert ranks(await own(shop, members[0], "spend")) == [(5, 3000), (6, 2000), (7, 1000)]
    assert ranks(await own(shop, members[3], "spend")) == [(rank, 8000 - 1000 * rank) for rank in range(2, 7)]
    nobody = (await shop.enrol())["id"]
    assert (await own(shop, nobody, "spend"))["data"] == []


async def test_each_period_begins_from_nothing_and_old_ones_can_be_read(shop: Shop) -> None:
    await spent(shop, 5000)
    await advance(shop, START + timedelta(days=30))
    assert ranks(await board(shop, "spend")) == []
    assert ranks(await board(shop, "spend?period=2026-03-31")) == [(1, 5000)]


async def test_stores_and_teams_compete_each_for_itself(shop: Shop) -> None:
    members = [(await shop.enrol())["id"] for _ in range(3)]
    for member, store in zip(members, ("D1", "D1", "D3"), strict=True):
        await shop.buy(member, 1000, store=store)
        office = {"attributes": {"office": "hanoi" if store == "D1" else "hue"}}
        etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
        changed = await shop.ask("PATCH", f"/v1/members/{member}", office, if_match=etag)
        assert changed.status_code == 200, changed.text
    await shop.buy(members[0], 1000, store="D1")
    assert ranks(await board(shop, "stores?group=D1")) == [(1, 2), (2, 1)]
    assert ranks(await board(shop, "stores?group=D3")) == [(1, 1)]
    assert ranks(await board(shop, "offices?group=hanoi")) == [(1, 2), (2, 1)]
    found = await own(shop, members[1], "offices")
    assert (found["group"], ranks(found)) == ("hanoi", [(1, 2), (2, 1)])
    for path, code in (("stores", "required"), ("spend?group=D1", "not_offered")):
        answer = await shop.ask("GET", f"/v1/leaderboards/{path}", token=shop.manager)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert (await shop.ask("GET", "/v1/leaderboards/none", token=shop.manager)).status_code == 404


async def test_refunds_take_a_place_away_and_merged_members_keep_theirs_together(shop: Shop) -> None:
    members = await spent(shop, 9000, 7000, 5000)
    bought = await shop.buy(members[0], 1000)
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    path = f"/v1/members/{members[1]}/merge"
    merged = await shop.ask("POST", path, {"from": members[2]}, token=shop.manager)
    assert merged.status_code == 201, merged.text
    assert ranks(await board(shop, "spend")) == [(1, 12000), (2, 9000)]
    assert [place["member"] for place in (await board(shop, "spend"))["data"]] == [members[1], members[0]]


async def test_who_was_erased_is_on_no_leaderboard_and_their_name_is_gone(shop: Shop) -> None:
    members = await spent(shop, 9000, 7000)
    await shop.ask("PUT", f"/v1/members/{members[0]}/nickname", {"nickname": "Lan"})
    erased = await shop.ask("POST", f"/v1/members/{members[0]}/erase", {}, token=shop.manager)
    assert erased.status_code in {200, 201}, erased.text
    assert ranks(await board(shop, "spend")) == [(1, 7000)]
    answer = await shop.ask("PUT", f"/v1/members/{members[0]}/nickname", {"nickname": "Lan"})
    assert answer.status_code == 404
