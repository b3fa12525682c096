"""Merging over HTTP: two members who are one person go on as one, whichever of their names is used."""

import asyncpg

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.conftest import RULEBOOK, Shop, basket, key

SAID = {"purpose": "marketing", "channel": "sms", "granted": True, "wording": "m-1", "note": "form 112"}


async def merged(shop: Shop, member: str, origin: str, **headers: str) -> dict[str, object]:
    answer = await shop.ask("POST", f"/v1/members/{member}/merge", {"from": origin}, token=shop.manager, **headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


async def points(shop: Shop, reference: str) -> int:
    found: int = (await shop.ask("GET", f"/v1/members/{reference}/balance")).json()["points"]
    return found


async def test_a_merge_brings_points_tier_and_everything_that_leads_to_the_member(shop: Shop) -> None:
    one = (await shop.enrol(card="29001"))["id"]
    other = (await shop.enrol(card="29002", external_id="c-2", phone="0903 123 456", name="Lan", consents=[SAID]))["id"]
    await shop.buy(one, 300000)
    await shop.buy(other, 400000)
    answer = await merged(shop, one, "card:29002")
    assert {name: answer[name] for name in ("origin", "member", "points")} == {
        "origin": other,
        "member": one,
        "points": 400,
    }
    assert str(answer["id"]).startswith("mrg_")
    assert [await points(shop, each) for each in (one, other, "card:29001", "card:29002", "ext:c-2")] == [700] * 5
    assert (await shop.ask("GET", f"/v1/members/{one}/tier")).json()["tier"]["level"] == "bac"
    profile = (await shop.ask("GET", "/v1/members/ext:c-2")).json()
    assert (profile["id"], profile["cards"], profile["name"], profile["phone"]) == (
        one,
        ["29001", "29002"],
        "Lan",
        "0903 123 456",
    )
    assert (await shop.ask("GET", f"/v1/members/{other}")).json() == profile
    consents = (await shop.ask("GET", f"/v1/members/{other}/consents")).json()["data"]
    assert [(each["number"], each["wording"], each["note"]) for each in consents] == [(1, "m-1", "form 112")]


async def test_the_closed_members_id_and_phone_are_decided_on_who_goes_on(shop: Shop) -> None:
    one, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002"))["id"]
    phone = (await shop.ask("POST", f"/v1/members/{other}/tokens", {})).json()["token"]
    await merged(shop, one, other)
    bought = await shop.buy(other, 300000)
    assert (bought["member"], bought["balance"]["points"]) == (one, 300)
    redeemed = await shop.ask("POST", "/v1/redemptions", {"member": other, "points": 100})
    assert (redeemed.status_code, redeemed.json()["member"]) == (201, one)
    quoted = await shop.ask("POST", "/v1/purchases/quote", basket(other, 50000))
    assert (quoted.status_code, quoted.json()["member"], quoted.json()["balance"]["points"]) == (200, one, 250)
    spending = await shop.ask("POST", "/v1/redemptions/quote", {"member": other, "points": 100})
    assert (spending.status_code, spending.json()["member"]) == (200, one)
    me = (await shop.ask("GET", "/v1/me", token=phone)).json()
    assert (me["id"], me["balance"]["points"]) == (one, 200)


async def test_facts_of_the_closed_account_are_undone_on_who_goes_on(shop: Shop) -> None:
    one, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002"))["id"]
    same = key()
    first = await shop.ask("POST", "/v1/purchases", basket("card:29002", 300000), idempotency_key=same)
    await merged(shop, one, other)
    again = await shop.ask("POST", "/v1/purchases", basket("card:29002", 300000), idempotency_key=same)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    refunded = await shop.ask("POST", "/v1/refunds", {"purchase": first.json()["id"]})
    assert (refunded.status_code, refunded.json()["balance"]["points"]) == (201, 0)
    assert await points(shop, one) == 0


async def test_a_merge_is_done_once(shop: Shop) -> None:
    one, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002", consents=[SAID]))["id"]
    await shop.buy(other, 300000)
    same = key()
    first = await merged(shop, one, other, idempotency_key=same)
    assert await merged(shop, one, other, idempotency_key=same) == first
    assert len((await shop.ask("GET", f"/v1/members/{one}/consents")).json()["data"]) == 1
    path = f"/v1/members/{one}/merge"
    further = await shop.ask("POST", path, {"from": other}, token=shop.manager)
    assert (further.status_code, further.json()["code"]) == (409, "member_merged")
    third = (await shop.enrol(card="29003"))["id"]
    reused = await shop.ask("POST", path, {"from": third}, token=shop.manager, idempotency_key=same)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert await points(shop, "card:29003") == 0


async def test_who_cannot_be_merged_is_refused(shop: Shop) -> None:
    one = (await shop.enrol(card="29001"))["id"]
    nobody = "mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"
    for member, origin, status, code in (
        (one, one, 422, "same_member"),
        (nobody, one, 404, "member_not_found"),
        (one, nobody, 422, "invalid_request"),
        (one, "card:29009", 422, "invalid_request"),
    ):
        answer = await shop.ask("POST", f"/v1/members/{member}/merge", {"from": origin}, token=shop.manager)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    erased = (await shop.enrol(card="29002"))["id"]
    await shop.ask("POST", f"/v1/members/{erased}/erase", token=shop.manager)
    answer = await shop.ask("POST", f"/v1/members/{one}/merge", {"from": erased}, token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (410, "member_erased")
    assert (await shop.ask("POST", f"/v1/members/{one}/merge", {"from": erased})).status_code == 403


async def test_whoever_names_a_closed_member_is_answered_with_who_goes_on(shop: Shop) -> None:
    one, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002"))["id"]
    await merged(shop, one, other)
    assert (await shop.ask("GET", f"/v1/members/{other}/balance")).json()["member"] == one
    blocked = await shop.ask("POST", f"/v1/members/{other}/block", {"reason": "fraud"}, token=shop.manager)
    assert (blocked.json()["member"], blocked.json()["blocked"]) == (one, True)


async def test_a_member_is_not_merged_with_themselves_and_the_fault_is_where_it_was_made(shop: Shop) -> None:
    one = (await shop.enrol(card="29001"))["id"]
    answer = await shop.ask("POST", f"/v1/members/{one}/merge", {"from": "card:29001"}, token=shop.manager)
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/from", "same_member")


async def test_erasing_who_was_merged_erases_the_person_under_every_id(shop: Shop, database: Urls) -> None:
    one = (await shop.enrol(card="29001", name="Lan"))["id"]
    other = (await shop.enrol(card="29002", phone="0903 123 456", name="Nguyen", consents=[SAID]))["id"]
    await shop.buy(other, 300000, metadata={"guest": "Nguyen"})
    await merged(shop, one, other)
    exported = (await shop.ask("GET", f"/v1/members/{other}/export", token=shop.manager)).json()
    assert (exported["member"], len(exported["tables"]["members"])) == (one, 2)
    assert [fact["metadata"] for fact in exported["facts"] if fact["metadata"]] == [{"guest": "Nguyen"}]
    proof = (await shop.ask("POST", f"/v1/members/{other}/erase", token=shop.manager)).json()
    assert (proof["member"], proof["before"], proof["after"]["balance"]) == (one, proof["after"], 300)
    assert (proof["destroyed"]["metadata"], proof["destroyed"]["secrets"]) == (1, 2)
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        for table in ("members", "member_identifiers", "consents", "purchase_metadata", "member_secrets"):
            rows = await connection.fetch(f"SELECT t::text FROM {table} t")  # noqa: S608
            assert [row for row in rows if "Lan" in row[0] or "Nguyen" in row[0] or "903" in row[0]] == []
    finally:
        await connection.close()


async def test_the_audit_finds_nothing_after_a_merge(shop: Shop, database: Urls) -> None:
    await shop.publish(RULEBOOK)
    one, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002"))["id"]
    bought = await shop.buy(other, 300000)
    await merged(shop, one, other)
    await shop.buy("card:29002", 20000)
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, unseen)
    finally:
        await reader.close()
    assert [program.findings for program in report.programs] == [()]


def unseen(stage: str, done: int, total: int) -> None:
    """Nobody watches how far the audit is."""
    del stage, done, total
