"""Chance over HTTP: what is promised before a day is what is revealed after it."""

import hashlib
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli.home import PROJECT
from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import RULEBOOK, Shop, basket

VERIFIER = str(PROJECT / "docs" / "examples" / "verify_draws.py")
TODAY = START.astimezone(ZONE).date()


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client)


async def test_a_seed_is_promised_before_its_day_and_revealed_when_the_day_is_over(shop: Shop) -> None:
    until = TODAY + timedelta(days=400)
    path = f"/v1/draws/commitments?from={until - timedelta(days=2)}&until={until}"
    ahead = (await shop.ask("GET", path)).json()["data"]
    assert [day["day"] for day in ahead] == [str(until - timedelta(days=back)) for back in (2, 1, 0)]
    promised = (await shop.ask("GET", "/v1/draws/commitments")).json()["data"][0]
    assert (promised["day"], promised["seed"]) == (str(TODAY), None)
    assert (await shop.ask("GET", f"/v1/draws/seeds/{TODAY}")).json() == promised
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=ZONE) + timedelta(days=1)
    await advance(shop, midnight)
    revealed = (await shop.ask("GET", f"/v1/draws/seeds/{TODAY}")).json()
    assert revealed["commitment"] == promised["commitment"]
    assert hashlib.sha256(bytes.fromhex(revealed["seed"])).hexdigest() == promised["commitment"]
    assert (await shop.ask("GET", f"/v1/draws/seeds/{TODAY + timedelta(days=1)}")).json()["seed"] is None


async def test_no_more_is_promised_than_four_hundred_days(shop: Shop) -> None:
    for query, fault in (
        (f"from={TODAY + timedelta(days=401)}", "from"),
        (f"until={TODAY + timedelta(days=401)}", "until"),
        (f"from={TODAY}&until={TODAY - timedelta(days=1)}", "until"),
        (f"from={TODAY - timedelta(days=600)}&until={TODAY}", "until"),
    ):
        answer = await shop.ask("GET", f"/v1/draws/commitments?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, fault), query
    later = await shop.ask("GET", f"/v1/draws/seeds/{TODAY + timedelta(days=401)}")
    assert later.status_code == 404
    assert (await shop.ask("GET", "/v1/draws/seeds/2026-02-30")).status_code == 404


def chance(**parts: Any) -> dict[str, Any]:
    return {"id": "points", "title": {"en": "Points"}, "weight": 1, "prize": {"points": 50}, **parts}


LUCKY = RULEBOOK | {
    "surprises": [{"id": "lucky", "title": {"en": "Lucky"}, "prizes": [chance()], "nothing_weight": 3}],
    "rewards": [
        {
            "id": "wheel",
            "title": {"en": "Wheel"},
            "kind": "wheel",
            "cost_points": 10,
            "odds": {"prizes": [chance(weight=2), chance(id="few", weight=2, stock=1)], "cancel": "give_back"},
        }
    ],
}


def verified(tmp_path: Path, proof: Any, kept: Any) -> tuple[int, str]:
    """What the verifier of the documentation says of a proof."""
    paths = []
    for name, document in (("proof", proof), ("kept", kept)):
        paths.append(str(tmp_path / f"{name}.json"))
        Path(paths[-1]).write_text(json.dumps(document), encoding="utf-8")
    ran = subprocess.run([sys.executable, VERIFIER, *paths], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


async def test_the_proof_of_every_draw_verifies_and_tampering_is_found(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    shop = await clocked(client, document=LUCKY)
    kept = (await shop.ask("GET", "/v1/draws/commitments")).json()
    member = (await shop.enrol())["id"]
    facts = [(await shop.buy(member, 1000 + number))["id"] for number in range(8)]
    await shop.buy(member, 100000)
    turned = await shop.ask("POST", "/v1/rewards/redemptions", {"member": member, "reward": "wheel"})
    assert turned.status_code == 201, turned.text
    facts.append(turned.json()["id"])
    early = (await shop.ask("GET", f"/v1/facts/{facts[0]}/draws")).json()
    assert early["data"][0]["seed"] is None
    assert verified(tmp_path, early, kept)[0] == 1
    await advance(shop, START + timedelta(days=1))
    proofs = [(await shop.ask("GET", f"/v1/facts/{fact}/draws")).json() for fact in facts]
    draws = [proof["data"][0] for proof in proofs]
    assert [draw["number"] for draw in draws] == [*range(1, 9), 1]
    assert {draw["member"] for draw in draws} == {member}
    assert all(verified(tmp_path, proof, kept)[0] == 0 for proof in proofs)
    drawn = proofs[0]
    for field, other in (
        ("number", 99),
        ("day", "2026-03-09"),
        ("draw", "surprise/other"),
        ("seed", "00" * 32),
        ("value", "00" * 16),
        ("place", None if drawn["data"][0]["place"] == 0 else 0),
        ("nothing_weight", 10**9 if drawn["data"][0]["place"] == 0 else 0),
        ("commitment", "00" * 32),
    ):
        forged = {"data": [drawn["data"][0] | {field: other}]}
        assert verified(tmp_path, forged, kept)[0] == 1, field


async def test_a_fact_without_draws_proves_nothing_and_no_fact_is_not_found(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = (await shop.buy(member, 1000))["id"]
    assert (await shop.ask("GET", f"/v1/facts/{bought}/draws")).json() == {"fact": bought, "data": []}
    assert (await shop.ask("GET", "/v1/facts/pur_01jkm3x8e4f5gr6h7s8t9v0w1x/draws")).status_code == 404


async def test_a_phone_proves_the_draws_of_its_own_member_and_of_nobody_else(client: httpx.AsyncClient) -> None:
    shop = await clocked(client, document=LUCKY)
    member, other, closed = [(await shop.enrol())["id"] for _ in range(3)]
    bought, theirs, before = [(await shop.buy(each, 1000))["id"] for each in (member, other, closed)]
    token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {"ttl_seconds": 3600})).json()["token"]

    async def proved(fact: str) -> httpx.Response:
        return await shop.ask("GET", f"/v1/me/facts/{fact}/draws", token=token)

    shown = await proved(bought)
    assert (shown.status_code, shown.json()["data"][0]["seed"]) == (200, None)
    assert shown.json() == (await shop.ask("GET", f"/v1/facts/{bought}/draws")).json()
    for fact in (theirs, before, bought.replace("pur_", "rdm_"), "ext:1", "pur_x", "nonsense"):
        assert ((await proved(fact)).status_code, (await proved(fact)).json()["code"]) == (404, "not_found"), fact
    await shop.ask("POST", f"/v1/members/{member}/merge", {"from": closed}, token=shop.manager)
    assert [draw["member"] for draw in (await proved(before)).json()["data"]] == [closed]
    assert (await proved(theirs)).status_code == 404


async def test_a_quote_shows_no_draw_and_moves_no_number(client: httpx.AsyncClient) -> None:
    shop = await clocked(client, document=LUCKY)
    member = (await shop.enrol())["id"]
    for _ in range(3):
        await shop.ask("POST", "/v1/purchases/quote", basket(member, 1000))
    bought = (await shop.buy(member, 1000))["id"]
    proof = (await shop.ask("GET", f"/v1/facts/{bought}/draws")).json()
    assert proof["data"][0]["number"] == 1


async def test_the_catalogue_shows_the_odds_of_a_wheel_as_its_quote_does(client: httpx.AsyncClient) -> None:
    odds = {"prizes": [chance(), chance(id="car", weight=5, stock=1)], "nothing_weight": 1}
    wheel = LUCKY["rewards"][0] | {"odds": odds}
    item = {"id": "mug", "title": {"en": "A mug"}, "kind": "item", "cost_points": 5}
    shop = await clocked(client, document=LUCKY | {"rewards": [wheel, item]})
    offers = (await shop.ask("GET", "/v1/rewards")).json()["data"]
    car = {"id": "car", "title": "Points", "weight": 5, "fraction": "5/7", "percent": "71.4285"}
    points = {"id": "points", "title": "Points", "weight": 1, "fraction": "1/7", "percent": "14.2857"}
    assert [offer["odds"] for offer in offers] == [
        {
            "prizes": [points | {"left": None}, car | {"left": 1}],
            "nothing_weight": 1,
            "nothing_fraction": "1/7",
            "nothing_percent": "14.2857",
        },
        None,
    ]
    member = (await shop.enrol())["id"]
    await shop.buy(member, 1000000)
    asked = {"member": member, "reward": "wheel"}
    quote = (await shop.ask("POST", "/v1/rewards/redemptions/quote", asked)).json()["wheel"]
    assert (quote["odds"], quote["nothing_weight"]) == ([points, car], 1)
    while (await shop.ask("POST", "/v1/rewards/redemptions", asked)).json()["wheel"]["prize"] != "car":
        pass
    wheel = (await shop.ask("GET", f"/v1/rewards?member={member}")).json()["data"][0]
    assert [prize["left"] for prize in wheel["odds"]["prizes"]] == [None, 0]


async def test_a_purchase_and_a_turn_say_what_they_won_and_quotes_what_could_be(client: httpx.AsyncClient) -> None:
    shop = await clocked(client, document=LUCKY)
    member = (await shop.enrol())["id"]
    odds = [{"id": "points", "title": "Points", "weight": 1, "fraction": "1/4", "percent": "25"}]
    quoted = (await shop.ask("POST", "/v1/purchases/quote", basket(member, 100000))).json()["surprises"]
    assert [(each["drawn"], each["odds"], each["nothing_weight"], each["prize"]) for each in quoted] == [
        (False, odds, 3, None)
    ]
    bought = await shop.buy(member, 100000)
    (drawn,) = bought["surprises"]
    assert (drawn["draw"], drawn["drawn"], drawn["points"]) == (
        "surprise/lucky",
        True,
        50 if drawn["prize"] == "points" else 0,
    )
    assert ("Bạn đã trúng: “Points”!" in bought["messages"]["cashier"]) is (drawn["prize"] == "points")
    assert (await shop.ask("GET", f"/v1/purchases/{bought['id']}")).json()["surprises"] == [drawn]
    asked = {"member": member, "reward": "wheel"}
    assert (await shop.ask("POST", "/v1/rewards/redemptions/quote", asked)).json()["wheel"]["drawn"] is False
    turned = (await shop.ask("POST", "/v1/rewards/redemptions", asked)).json()
    assert (turned["wheel"]["draw"], turned["wheel"]["points"], turned["points"]) == ("wheel/wheel", 50, 10)
    cancelled = await shop.ask("POST", f"/v1/redemptions/{turned['id']}/cancel")
    assert cancelled.json()["balance"]["points"] == 100 + drawn["points"]
