"""Two processes' worth of servers over one database, asked the same at once; and clients that hang up."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Message

from app.cli.cluster import Urls
from tests.api.conftest import Shop, basket, key, opened, serving
from tests.api.rulebooks import plain, reward


@pytest.fixture
async def shops(database: Urls) -> AsyncIterator[tuple[Shop, Shop]]:
    """The same programme as two servers see it, each with lanes and connections of its own."""
    async with serving(database) as one, serving(database) as two:
        clients = [
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://rung.test") for app in (one, two)
        ]
        shop = await opened(clients[0], rulebook=False)
        document = plain(rewards=[reward(id="mug", kind="item", cost_points=5, stock=1)])
        assert (await shop.publish(document)).status_code == 201
        yield shop, Shop(clients[1], shop.program, shop.pos, shop.manager)
        for client in clients:
            await client.aclose()


async def test_20_equal_requests_on_two_servers_have_one_effect_and_20_equal_answers(shops: tuple[Shop, Shop]) -> None:
    member = (await shops[0].enrol())["id"]
    await shops[0].buy(member, 500)
    for path, body in (
        ("/v1/purchases", basket(member, 70, external_id="R-1")),
        ("/v1/redemptions", {"member": member, "points": 30}),
        ("/v1/holds", {"member": member, "points": 40}),
        ("/v1/rewards/redemptions", {"member": member, "reward": "mug"}),
        ("/v1/refunds", {"purchase": "ext:R-1"}),
    ):
        same = key()
        answers = await asyncio.gather(
            *(
                shop.ask("POST", path, body, idempotency_key=same)
                for shop in itertools.islice(itertools.cycle(shops), 20)
            )
        )
        assert {answer.status_code for answer in answers} == {201}, answers[0].text
        assert len({answer.text for answer in answers}) == 1
        assert Counter(answer.headers.get("idempotent-replayed") for answer in answers) == {None: 1, "true": 19}
    assert (await shops[1].ask("GET", f"/v1/members/{member}/balance")).json()["points"] == 500 - 30 - 40 - 5


async def test_a_refund_that_is_retried_while_its_purchase_arrives_is_one_refund(shops: tuple[Shop, Shop]) -> None:
    """The till asks again and again, of both servers, before, while and after the purchase is recorded."""
    member = (await shops[0].enrol())["id"]
    for number in range(6):
        asked, same = {"purchase": f"ext:E-{number}", "amount": 40}, key()

        async def retry(after: int, asked: dict[str, object] = asked, same: str = same) -> int:
            await asyncio.sleep(after * 0.003)
            answer = await shops[after % 2].ask("POST", "/v1/refunds", asked, idempotency_key=same)
            return answer.status_code

        retries = asyncio.gather(*map(retry, range(20)))
        await asyncio.sleep(number * 0.003)
        await shops[0].buy(member, 100, external_id=f"E-{number}")
        assert set(await retries) <= {201, 202}
        assert await settled(shops[1], asked, same) == 40
    assert (await shops[1].ask("GET", f"/v1/members/{member}/balance")).json()["points"] == 6 * 60


async def settled(shop: Shop, asked: dict[str, object], same: str) -> int:
    """The money that the refund gave back, once it was carried out."""
    async with asyncio.timeout(10):
        while True:
            answer = await shop.ask("POST", "/v1/refunds", asked, idempotency_key=same)
            if answer.status_code == 201:
                amount: int = answer.json()["amount"]["amount"]
                return amount
            await asyncio.sleep(0.02)


async def test_a_client_that_hangs_up_in_the_middle_of_its_request_is_no_crash(
    database: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[Message] = []
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"member": ', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async with serving(database) as app:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://rung.test") as client:
            shop = await opened(client)
        headers = {"authorization": f"Bearer {shop.pos}", "content-type": "application/json", "idempotency-key": key()}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/v1/purchases",
            "raw_path": b"/v1/purchases",
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("rung.test", 80),
        }
        await app(scope, receive, send)
    assert sent == []
    assert "request failed" not in capsys.readouterr().err
