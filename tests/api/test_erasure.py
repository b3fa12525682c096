"""Erasing a member over HTTP: the person is gone, the books are the same, and the answer proves both."""

import asyncpg
import httpx

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.conftest import Shop, basket, key

LAN = {
    "external_id": "customer-4711",
    "card": "2900000000017",
    "phone": "0903 123 456",
    "name": "Nguyễn Thị Lan",
    "birthday": "1990-05-17",
    "email": "lan@example.com",
    "device_id": "device-of-lan",
    "consents": [
        {"purpose": "marketing", "channel": "sms", "granted": True, "wording": "m-1", "note": "Lan, form 112"}
    ],
}
PLAIN = ("903123456", "0903 123 456", "Nguyễn", "Lan", "2900000000017", "customer-4711", "birthday of", "lan@example")
# Columns of bytes are shown in hexadecimal digits.
TRACES = (*PLAIN, *(trace.encode().hex() for trace in PLAIN))


async def lan(shop: Shop) -> str:
    """A member with a history: purchases with data attached, a redemption, a refund."""
    member: str = (await shop.enrol(**LAN))["id"]
    await shop.buy(member, 300000, metadata={"occasion": "birthday of Lan"}, external_id="r-1")
    bought = await shop.buy(member, 50000, external_id="r-2")
    assert (await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})).status_code == 201
    assert (await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})).status_code == 201
    return member


async def erased(shop: Shop, member: str, **headers: str) -> httpx.Response:
    return await shop.ask("POST", f"/v1/members/{member}/erase", token=shop.manager, **headers)


async def everything(database: Urls) -> str:
    """The whole database as text."""
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await connection.fetch(f"SELECT t::text FROM {name} t") for (name,) in tables]  # noqa: S608
        return "\n".join(row[0] for found in rows for row in found)
    finally:
        await connection.close()


def unseen(stage: str, done: int, total: int) -> None:
    """Nobody watches how far the audit is."""
    del stage, done, total


async def test_a_household_is_nobody_and_is_not_erased(shop: Shop) -> None:
    home = (await shop.ask("POST", "/v1/households")).json()["id"]
    answer = await erased(shop, home)
    assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")
    member = (await shop.enrol(card="29001"))["id"]
    assert (await shop.ask("POST", f"/v1/households/{home}/members", {"member": member})).status_code == 201
    bought = await shop.buy(member, 50000)
    assert bought["points"] == 50
    assert (await shop.ask("GET", f"/v1/households/{home}")).json()["points"] == 50


async def test_erasure_leaves_no_trace_of_the_person(shop: Shop, database: Urls) -> None:
    member = await lan(shop)
    before = await everything(database)
    assert [trace for trace in PLAIN if trace not in before] == []
    answer = await erased(shop, member)
    assert answer.status_code == 200, answer.text
    assert answer.json()["destroyed"] == {
        "profile_fields": 2,
        "identifiers": 3,
        "consent_notes": 1,
        "metadata": 1,
        "secrets": 1,
        "details": 2,
    }
    after = await everything(database)
    assert [trace for trace in TRACES if trace in after] == []


async def test_erasure_leaves_every_balance_total_and_audit_unchanged_and_proves_it(shop: Shop, database: Urls) -> None:
    member = await lan(shop)
    other = (await shop.enrol(card="29002"))["id"]
    await shop.buy(other, 70000)
    paths = [f"/v1/members/{each}/{part}" for each in (member, other) for part in ("balance", "tier", "entries")]
    seen = [(await shop.ask("GET", path)).json() for path in paths]
    proof = (await erased(shop, member)).json()
    assert (proof["member"], proof["before"]) == (member, proof["after"])
    assert {name: proof["after"][name] for name in ("balance", "entries", "entries_points", "lots_remaining")} == {
        "balance": 200,
        "entries": 4,
        "entries_points": 200,
        "lots_remaining": 200,
    }
    found = [(await shop.ask("GET", path)).json() for path in paths]
    for row in (*seen, *found):
        row.pop("as_of", None)
    assert found == seen
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    number, chain = await connection.fetchrow("SELECT number, encode(chain, 'hex') FROM program_counters")
    await connection.close()
    assert (proof["after"]["journal_number"], proof["after"]["journal_chain"]) == (number, chain)


async def test_who_is_erased_is_read_by_id_as_nobody(shop: Shop) -> None:
    member = await lan(shop)
    code = (await shop.ask("GET", f"/v1/members/{member}")).json()["referral_code"]
    proof = (await erased(shop, member)).json()
    profile = (await shop.ask("GET", f"/v1/members/{member}")).json()
    assert profile["erased_at"] == proof["erased_at"]
    empty: dict[str, object] = {"external_id": None, "cards": [], "phone": None, "name": None}
    assert {name: profile[name] for name in empty} == empty
    assert profile["referral_code"] != code
    for reference in ("ext:customer-4711", "card:2900000000017"):
        assert (await shop.ask("GET", f"/v1/members/{reference}")).status_code == 404
    assert (await shop.ask("POST", "/v1/members/lookup", {"phone": "0903123456"})).status_code == 404
    brought = await shop.ask("POST", "/v1/members", {"card": "29009", "referral_code": profile["referral_code"]})
    assert (brought.status_code, brought.json()["code"]) == (422, "referral_code_unknown")
    consents = (await shop.ask("GET", f"/v1/members/{member}/consents")).json()["data"]
    assert [(each["wording"], each["granted"], each["note"]) for each in consents] == [("m-1", True, None)]


async def test_who_is_erased_earns_and_spends_nothing_any_more(shop: Shop) -> None:
    member = await lan(shop)
    phone = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    await erased(shop, member)
    asked = [
        ("POST", "/v1/purchases", basket(member, 1000), 409, "member_blocked"),
        ("POST", "/v1/redemptions", {"member": member, "points": 100}, 409, "member_blocked"),
        ("POST", f"/v1/members/{member}/tokens", {}, 410, "member_erased"),
        ("POST", f"/v1/members/{member}/cards/block", {"card": "1", "reason": "x"}, 410, "member_erased"),
        ("PATCH", f"/v1/members/{member}", {"name": "Lan"}, 410, "member_erased"),
    ]
    for method, path, body, status, code in asked:
        answer = await shop.ask(method, path, body, if_match="*")
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
    unblocked = await shop.ask("POST", f"/v1/members/{member}/unblock", token=shop.manager)
    assert (unblocked.status_code, unblocked.json()["code"]) == (410, "member_erased")
    me = await shop.ask("GET", "/v1/me", token=phone)
    assert (me.status_code, me.json()["code"]) == (410, "member_erased")


async def test_a_purchase_of_an_erased_member_can_still_be_refunded(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    bought = await shop.buy(member, 50000)
    await erased(shop, member)
    refunded = await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    assert (refunded.status_code, refunded.json()["balance"]["points"]) == (201, 0)


async def test_the_same_person_may_enrol_again_as_somebody_new(shop: Shop) -> None:
    same = key()
    first = await shop.ask("POST", "/v1/members", LAN, idempotency_key=same)
    await erased(shop, first.json()["id"])
    retried = await shop.ask("POST", "/v1/members", LAN, idempotency_key=same)
    assert (retried.status_code, retried.json()["code"]) == (410, "member_erased")
    again = await shop.enrol(**LAN)
    assert again["id"] != first.json()["id"]
    assert (again["balance"]["points"], again["balance"]["debt"]) == (0, 0)


async def test_erasing_again_is_answered_with_the_proof_of_then(shop: Shop) -> None:
    member = await lan(shop)
    same = key()
    first = await erased(shop, member, idempotency_key=same)
    replayed = await erased(shop, member, idempotency_key=same)
    other = await erased(shop, member)
    assert first.json() == replayed.json() == other.json()
    marks = ["idempotent-replayed" in answer.headers for answer in (first, replayed, other)]
    assert marks == [False, True, False]
    stranger = (await shop.enrol(card="29009"))["id"]
    reused = await erased(shop, stranger, idempotency_key=same)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert (await shop.ask("GET", "/v1/members/card:29009")).json()["erased_at"] is None


async def test_a_blocked_member_is_erased_too(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    await shop.ask("POST", f"/v1/members/{member}/block", {"reason": "fraud"}, token=shop.manager)
    assert (await erased(shop, member)).status_code == 200


async def test_nobody_is_erased_who_is_not_there(shop: Shop) -> None:
    for reference in ("card:29001", "mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"):
        answer = await erased(shop, reference)
        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")


async def test_the_audit_finds_nothing_after_an_erasure(shop: Shop, database: Urls) -> None:
    member = await lan(shop)
    await erased(shop, member)
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, unseen)
    finally:
        await reader.close()
    assert report.clean
    assert [program.balance for program in report.programs] == [200]
