"""Answers are built without being validated; here every kind of them is, strictly, against its own type."""

from typing import Any

import msgspec
import pytest

from app.routers import (
    models_answered,
    models_batch,
    models_configuration,
    models_corrections,
    models_health,
    models_members,
    openapi,
)
from app.routers.problems import Problem
from app.routers.wire import Answer
from tests.api.conftest import OPERATOR, RULEBOOK, Shop, basket, key
from tests.api.lifecycle import lifecycle
from tests.api.living import living
from tests.api.lucky import lucky
from tests.api.playing import playing
from tests.api.referring import referring


async def answers(shop: Shop) -> list[tuple[type[Answer], bytes]]:
    """One answer of every operation, on a member who has been through everything."""
    found: list[tuple[type[Answer], bytes]] = []

    async def ask(kind: type[Answer], method: str, path: str, body: Any = None, **more: str) -> dict[str, Any]:
        answer = await shop.ask(method, path, body, **more)
        found.append((kind, answer.content))
        decoded: dict[str, Any] = answer.json()
        return decoded

    program = shop.program["id"]
    manager: dict[str, Any] = {"token": shop.manager}
    operator: dict[str, Any] = {"token": OPERATOR}
    member = (await ask(models_members.Enrolment, "POST", "/v1/members", {"card": "1"}))["id"]
    tender = {"kind": "points", "points": 100}
    await shop.buy(member, 700000)
    body = basket(member, 60000, tenders=[tender], metadata={"a": "b"}, external_id="r-1")
    await ask(models_answered.PurchaseQuote, "POST", "/v1/purchases/quote", body)
    bought = await ask(models_answered.Purchase, "POST", "/v1/purchases", body)
    await ask(models_answered.Purchase, "GET", f"/v1/purchases/{bought['id']}")
    points = {"member": member, "points": 200}
    await ask(models_answered.RedemptionQuote, "POST", "/v1/redemptions/quote", points)
    redeemed = await ask(models_answered.Redemption, "POST", "/v1/redemptions", points)
    await ask(models_answered.Redemption, "GET", f"/v1/redemptions/{redeemed['id']}")
    await ask(models_answered.RedemptionCancellation, "POST", f"/v1/redemptions/{redeemed['id']}/cancel")
    undone = await ask(models_corrections.Refund, "POST", "/v1/refunds", {"purchase": bought["id"]})
    await ask(models_corrections.Refund, "GET", f"/v1/refunds/{undone['id']}")
    good = {"idempotency_key": key(), "kind": "redemption", "redemption": points}
    bad = {"idempotency_key": key(), "kind": "refund", "refund": {"purchase": "ext:r-1"}}
    await ask(models_batch.BatchAnswer, "POST", "/v1/batch", {"commands": [good, bad]})
    await ask(models_members.Member, "GET", f"/v1/members/{member}")
    await ask(models_members.BalanceNow, "GET", f"/v1/members/{member}/balance")
    await ask(models_members.TierNow, "GET", f"/v1/members/{member}/tier")
    await ask(models_members.EntryList, "GET", f"/v1/members/{member}/entries")
    token = await ask(models_members.Token, "POST", f"/v1/members/{member}/tokens", {})
    await ask(models_members.Me, "GET", "/v1/me", token=token["token"])
    await ask(models_configuration.RulebookPublished, "POST", "/v1/rulebooks", {"document": RULEBOOK}, **manager)
    await ask(models_configuration.RulebookList, "GET", "/v1/rulebooks", **manager)
    await ask(models_configuration.Program, "GET", "/v1/program", **manager)
    to = {"to": "2190-01-01T00:00:00Z"}
    await ask(models_configuration.Clock, "POST", "/v1/test-clock/advance", to, **manager)
    await ask(models_configuration.ProgramList, "GET", "/v1/programs", **operator)
    wanted = {"source": "s", "name": "n", "scopes": ["pos"]}
    made = await ask(models_configuration.NewKey, "POST", f"/v1/programs/{program}/keys", wanted, **operator)
    await ask(models_configuration.KeyList, "GET", f"/v1/programs/{program}/keys", **operator)
    await ask(models_configuration.Key, "DELETE", f"/v1/programs/{program}/keys/{made['id']}", **operator)
    await ask(models_health.Alive, "GET", "/livez")
    await ask(models_health.Ready, "GET", "/readyz")
    await ask(models_health.KeySet, "GET", "/.well-known/jwks.json")
    await ask(Problem, "POST", "/v1/refunds", {"purchase": bought["id"]})
    return found


async def test_every_answer_is_what_its_type_says(shop: Shop) -> None:
    found = await answers(shop)
    for share in (lifecycle, living, lucky, referring, playing):
        found += await share(shop.client)
    for kind, content in found:
        decoded = msgspec.json.decode(content, type=kind, strict=True)
        assert msgspec.json.decode(content) == msgspec.to_builtins(decoded), kind
    assert {kind for kind, _ in found} == set(openapi.ANSWERS)


def test_an_answer_cannot_leave_a_field_out() -> None:
    with pytest.raises(TypeError):
        models_answered.Balance(points=1)  # type: ignore[call-arg]
