"""The service itself: health, metrics, headers, crashes, documentation, and what it refuses to start with."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url

from app.cli.cluster import Cluster, Urls
from app.main import UnsafeRole
from app.routers.catalogue import KINDS
from app.routers.documentation import ASSETS, PAGES
from app.settings import Settings
from tests.api.conftest import Shop, basket, serving, settings


def name_of(urls: Urls) -> str:
    """The name of the database."""
    found = make_url(urls.app).database
    assert found is not None
    return found


async def test_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == [
        {"name": name, "ok": True} for name in ("database", "migrations", "sweeper", "follower", "counter", "awaiting")
    ]


async def test_it_is_not_ready_on_another_schema(client: httpx.AsyncClient, database: Urls, postgres: Cluster) -> None:
    postgres.sql("UPDATE alembic_version SET version_num = 'other'", database=name_of(database))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert {check["name"] for check in answer.json()["checks"] if not check["ok"]} == {"migrations"}


async def test_metrics_count_by_route_template(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 1000)
    await shop.ask("GET", f"/v1/members/{member}/balance")
    await shop.ask("GET", "/v1/nothing")
    text = (await shop.client.get("/metrics")).text
    assert 'rung_requests_total{method="GET",route="/v1/members/{member}/balance",status="200"} 1.0' in text
    assert 'rung_requests_total{method="GET",route="unmatched",status="404"} 1.0' in text
    assert "rung_lane_waiting 0.0" in text
    assert "rung_journal_rows 2.0" in text
    assert member not in text


async def test_every_answer_has_its_request_id_and_safe_headers(shop: Shop) -> None:
    for path in ("/livez", "/v1/nothing", "/v1/members/card:1", "/docs"):
        answer = await shop.client.get(path)
        assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["request-id"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "cache-control" in answer.headers
    given = await shop.client.get("/livez", headers={"request-id": "till-7.42"})
    assert given.headers["request-id"] == "till-7.42"
    for wrong in ("a b", "x" * 65, "é", ""):
        answer = await shop.client.get("/livez", headers=[(b"request-id", wrong.encode())])
        assert answer.headers["request-id"] != wrong


async def test_a_crash_is_a_problem_without_its_cause(
    shop: Shop, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(app.state.handles.lanes, "ask", crash)
    answer = await shop.ask("POST", "/v1/purchases", basket("mbr_01jkm3x8e4f5gr6h7s8t9v0w1x", 1000))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "cause" not in answer.text


async def test_without_a_database_writes_and_reads_are_503_with_retry_after(
    shop: Shop, database: Urls, postgres: Cluster
) -> None:
    member = (await shop.enrol())["id"]
    name = name_of(database)
    postgres.sql(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
    try:
        postgres.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
        for method, path, body in (
            ("POST", "/v1/purchases", basket(member, 1000)),
            ("GET", f"/v1/members/{member}/balance", None),
            ("GET", f"/v1/members/{member}", None),
            ("POST", "/v1/members", {"card": "9"}),
        ):
            answer = await shop.ask(method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
            assert int(answer.headers["retry-after"]) >= 1
        ready = await shop.client.get("/readyz")
        assert ready.status_code == 503
        assert (await shop.client.get("/livez")).status_code == 200
        assert (await shop.client.get("/metrics")).status_code == 200
    finally:
        postgres.sql(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    assert (await shop.ask("GET", f"/v1/members/{member}/balance")).status_code == 200
    assert (await shop.buy(member, 1000))["points"] == 1


async def test_it_refuses_to_start_as_somebody_who_could_rewrite_history(database: Urls, postgres: Cluster) -> None:
    superuser = postgres.url("postgres", name_of(database))
    for url in (database.owner, superuser):
        with pytest.raises(UnsafeRole, match="could rewrite the journal"):
            async with serving(Urls(owner=database.owner, app=url)):
                pass


def test_settings_that_are_too_weak_are_refused(database: Urls) -> None:
    good = settings(database)
    for change in ({"secret": "short"}, {"operator_token": "short"}, {"DATABASE_URL": "postgresql://x"}):
        arguments = {
            "DATABASE_URL": good.database_url,
            "secret": good.secret.get_secret_value(),
            "operator_token": good.operator_token.get_secret_value(),
        }
        with pytest.raises(ValueError, match="validation error"):
            Settings.model_validate(arguments | change)


async def test_the_documentation_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name in ASSETS:
        asset = await client.get(f"/docs/{name}")
        assert (asset.status_code, asset.content) == (200, (PAGES / name).read_bytes())
    for path in PAGES.iterdir():
        assert not re.search(r"(?:https?:)?//[a-z]", path.read_text(encoding="utf-8")), path
    assert (await client.get("/docs/docs.html")).status_code == 404
    assert (await client.get("/", follow_redirects=True)).text == page.text


async def test_every_problem_has_a_page_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/problems")).text
    for code in KINDS:
        assert f"/problems/{code}" in listed
        page = await client.get(f"/problems/{code}", headers={"accept-language": "ru"})
        assert page.status_code == 200
        assert page.headers["content-language"] == "ru"
    assert (
        "Недостаточно баллов"
        in (await client.get("/problems/insufficient_points", headers={"accept-language": "ru"})).text
    )
    assert (await client.get("/problems/nothing")).status_code == 404
