"""Chance over HTTP: what is promised before a day is what is revealed after it."""

import hashlib
from datetime import datetime, timedelta

import httpx
import pytest

from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import Shop

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
