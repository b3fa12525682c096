"""A service in this process, on a fresh database, with a programme, keys and a rulebook: what API tests start from."""

import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from app.cli.cluster import Urls
from app.main import create_app
from app.settings import Settings

OPERATOR = "operator-token-of-the-tests-0123456789"
SECRET = "a-secret-of-the-tests-0123456789-0123456789"
_numbers = itertools.count(1)

RULEBOOK: dict[str, Any] = {
    "title": {"en": "Café", "vi": "Cà phê"},
    "earning": {
        "rules": [
            {
                "id": "base",
                "title": {"en": "Base", "vi": "Cơ bản", "ru": "База"},
                "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000},
            },
            {"id": "coffee", "items": {"categories": ["coffee"]}, "effect": {"kind": "bonus", "points": 5}},
        ]
    },
    "tiers": {
        "window_months": 12,
        "levels": [
            {"id": "dong", "title": {"en": "Bronze", "vi": "Đồng"}, "from_points": 0},
            {"id": "bac", "title": {"en": "Silver", "vi": "Bạc"}, "from_points": 500},
            {"id": "vang", "title": {"en": "Gold", "vi": "Vàng"}, "from_points": 2000},
        ],
    },
    "expiry": {"kind": "rolling", "months": 12},
    "redemption": {"points": 100, "value_minor": 10000, "step_points": 100, "minimum_points": 100},
    "referral": {"referrer_points": 50, "friend_points": 30, "minimum_minor": 50000, "within_days": 30},
}


def key() -> str:
    """An idempotency key that no other call has."""
    return f"test-key-{next(_numbers):08d}"


def settings(urls: Urls) -> Settings:
    """Settings as the environment would give them."""
    return Settings(
        DATABASE_URL=urls.app, secret=SecretStr(SECRET), operator_token=SecretStr(OPERATOR), log_level="error"
    )


def application(urls: Urls) -> FastAPI:
    """The service, whose loggers another test of this process may still listen to."""
    app = create_app(settings(urls))
    structlog.configure(cache_logger_on_first_use=False)
    return app


@asynccontextmanager
async def serving(urls: Urls) -> AsyncIterator[FastAPI]:
    """A started application."""
    app = application(urls)
    async with app.router.lifespan_context(app):
        yield app


@contextmanager
def live(urls: Urls) -> Iterator[str]:
    """The application behind a real server on a free port of this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(application(urls), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server ended at its start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


class Shop:
    """A programme as its operator, its manager and its tills see it."""

    def __init__(self, client: httpx.AsyncClient, program: dict[str, Any], pos: str, manager: str) -> None:
        self.client = client
        self.program = program
        self.pos = pos
        self.manager = manager

    async def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """One request; by default with the till's key and, if it writes, with a key of its own."""
        given = {"authorization": f"Bearer {token or self.pos}"}
        if method in {"POST", "PATCH"}:
            given["idempotency-key"] = key()
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, path, json=body, headers=given)

    async def enrol(self, **body: Any) -> dict[str, Any]:
        """A new member."""
        answer = await self.ask("POST", "/v1/members", body or {"card": f"card-{next(_numbers)}"})
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def buy(self, member: str, *amounts: int, **more: Any) -> dict[str, Any]:
        """A purchase of tea that is accepted."""
        answer = await self.ask("POST", "/v1/purchases", basket(member, *amounts, **more))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def publish(self, document: Mapping[str, Any] = RULEBOOK) -> httpx.Response:
        """A rulebook, in force as soon as may be."""
        return await self.ask("POST", "/v1/rulebooks", {"document": document}, token=self.manager)


def basket(member: str, *amounts: int, **more: Any) -> dict[str, Any]:
    """A basket of lines of tea."""
    lines = [{"sku": f"tea-{index}", "category": "tea", "amount": amount} for index, amount in enumerate(amounts)]
    return {"member": member, "currency": "VND", "lines": lines, **more}


async def opened(client: httpx.AsyncClient, *, sandbox: bool = True, rulebook: bool = True) -> Shop:
    """A new programme with one key of each scope, of one source."""
    headers = {"authorization": f"Bearer {OPERATOR}"}
    body = {"name": "Shop", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi", "sandbox": sandbox}
    made = await client.post("/v1/programs", json=body, headers=headers | {"idempotency-key": key()})
    assert made.status_code == 201, made.text
    program = made.json()
    tokens = []
    for scope in ("pos", "manager"):
        asked = {"source": "tills", "name": scope, "scopes": [scope]}
        path = f"/v1/programs/{program['id']}/keys"
        answer = await client.post(path, json=asked, headers=headers | {"idempotency-key": key()})
        assert answer.status_code == 201, answer.text
        tokens.append(answer.json()["key"])
    shop = Shop(client, program, *tokens)
    if rulebook:
        published = await shop.publish()
        assert published.status_code == 201, published.text
    return shop


@pytest.fixture
async def app(database: Urls) -> AsyncIterator[FastAPI]:
    """The started application on a fresh database."""
    async with serving(database) as started:
        yield started


@asynccontextmanager
async def _reached(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP without a socket."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://rung.test") as made:
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service of its own."""
    async with _reached(app) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(module_database: Urls) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that the tests of one module share, in the module's event loop.

    For many tests of which each looks at programmes of its own and at nothing else.
    """
    async with serving(module_database) as app, _reached(app) as made:
        yield made


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    """A sandbox programme with a rulebook in force."""
    return await opened(client)
