"""Export over HTTP: a member gets all that is kept of them, whichever table it is in."""

from app.repositories import exporting
from app.repositories.schema import metadata
from tests.api.conftest import Shop


async def test_an_export_gives_a_member_all_that_is_kept(shop: Shop) -> None:
    said = {"purpose": "marketing", "channel": "sms", "granted": True, "wording": "m-1", "note": "form 112"}
    member = (await shop.enrol(external_id="c-1", card="29001", phone="0903 123 456", name="Lan", consents=[said]))[
        "id"
    ]
    await shop.enrol(card="29002", name="Mai")
    bought = await shop.buy(member, 300000, metadata={"table": "12"}, external_id="r-1")
    redeemed = await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    answer = await shop.ask("GET", f"/v1/members/{member}/export", token=shop.manager)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    export = answer.json()
    tables = export["tables"]
    assert (export["member"], export["program"]) == (member, "Shop")
    assert [(row["name"], row["phone"]) for row in tables["members"]] == [("Lan", "0903 123 456")]
    assert sorted((row["kind"], row["value"]) for row in tables["member_identifiers"]) == [
        ("card", "29001"),
        ("external_id", "c-1"),
        ("phone", "+84903123456"),
    ]
    assert [(row["wording"], row["note"]) for row in tables["consents"]] == [("m-1", "form 112")]
    assert [row["balance"] for row in tables["accounts"]] == [200]
    assert [(row["granted"], row["remaining"]) for row in tables["lots"]] == [(300, 200)]
    assert [(row["kind"], row["points"]) for row in tables["entries"]] == [("accrual", 300), ("redemption", -100)]
    facts = export["facts"]
    assert [fact["id"] for fact in facts][1:] == [bought["id"], redeemed.json()["id"]]
    assert [fact["id"][:4] for fact in facts] == ["enr_", "pur_", "rdm_"]
    assert (facts[1]["metadata"], facts[1]["command"]["external_id"]) == ({"table": "12"}, "r-1")
    assert facts[1]["command"]["basket"]["lines"][0]["amount_minor"] == 300000
    assert facts[1]["change"]["outcome"]["is"] == "Purchased"
    assert facts[2]["command"]["points"] == 100
    assert "Mai" not in answer.text
    assert "29002" not in answer.text


def test_no_table_with_rows_of_members_is_left_out_of_an_export() -> None:
    named = {name for name, table in metadata.tables.items() if "member_id" in table.columns} | {"members"}
    assert named - set(exporting.tables()) == {"journal", "member_secrets"}


async def test_an_export_of_who_was_erased_has_no_person_in_it(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", phone="0903 123 456", name="Lan"))["id"]
    await shop.buy(member, 300000, metadata={"guest": "Lan"})
    await shop.ask("POST", f"/v1/members/{member}/erase", token=shop.manager)
    answer = await shop.ask("GET", f"/v1/members/{member}/export", token=shop.manager)
    assert [trace for trace in ("Lan", "903", "29001") if trace in answer.text.replace(member, "")] == []
    assert [row["points"] for row in answer.json()["tables"]["entries"]] == [300]


async def test_nobody_is_exported_who_is_not_there(shop: Shop) -> None:
    path = "/v1/members/mbr_01jkm3x8e4f5gr6h7s8t9v0w1x/export"
    answer = await shop.ask("GET", path, token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")
    assert (await shop.ask("GET", path)).status_code == 403
