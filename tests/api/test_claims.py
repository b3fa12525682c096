"""Purchases without a member over HTTP: an account each, claimed once with the receipt (semantics 36)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.cli.cluster import Urls
from app.commands import anonymous
from app.commands.asks import Ask, Recorded
from app.commands.audit.run import audit
from app.engine import typeids
from app.engine.commands import Enrol, Purchase
from app.engine.facts import Basket
from app.repositories import members
from app.repositories.database import Database
from app.repositories.members import Profile
from tests.api.conftest import Shop, basket, key, opened
from tests.api.rulebooks import tiers
from tests.api.shopping import at, balance, made, member_with, plain_shop, refused
from tests.api.test_merging import unseen

YEARLY = {"kind": "rolling", "months": 12}


def unnamed(*amounts: int, **more: Any) -> dict[str, Any]:
    """A basket of somebody whom nobody knows."""
    found = basket("", *amounts, **more)
    del found["member"]
    return found


async def claimed(shop: Shop, member: str, code: str, **headers: str) -> Any:
    return await made(shop, "/v1/claims", {"member": member, "code": code}, **headers)


async def count_of(database: Urls, table: str) -> int:
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608
    finally:
        await connection.close()


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    """A point a đồng, a year long, and silver from 500 on."""
    return await plain_shop(client, tiers=tiers(500), expiry=YEARLY)


async def test_a_purchase_without_a_member_answers_with_a_code_for_the_receipt(shop: Shop) -> None:
    same = key()
    body = unnamed(300, external_id="r-1", metadata={"table": "12"})
    first = await shop.ask("POST", "/v1/purchases", body, idempotency_key=same)
    bought = first.json()
    assert (first.status_code, bought["points"], bought["metadata"]) == (201, 300, {"table": "12"})
    assert [len(part) for part in bought["claim_code"].split("-")] == [4, 4, 4, 4]
    again = await shop.ask("POST", "/v1/purchases", body, idempotency_key=same)
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, bought, "true")
    for path in (bought["id"], "ext:r-1"):
        assert (await shop.ask("GET", f"/v1/purchases/{path}")).json() == bought


async def test_a_purchase_of_a_member_has_no_code(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    assert (await shop.buy(member, 300))["claim_code"] is None
    assert (await made(shop, "/v1/purchases", unnamed(300) | {"member": None}))["claim_code"] is not None


async def test_every_purchase_has_an_account_and_a_code_of_its_own(shop: Shop) -> None:
    bought = [await made(shop, "/v1/purchases", unnamed(300)) for _ in range(3)]
    assert len({each["claim_code"] for each in bought}) == len({each["member"] for each in bought}) == 3
    assert [each["balance"]["points"] for each in bought] == [300, 300, 300]


async def test_budgets_and_stocks_are_shared_with_those_whom_nobody_knows(client: httpx.AsyncClient) -> None:
    bonus = {"id": "bonus", "effect": {"kind": "bonus", "points": 30}, "budget": {"points": 50, "over": "trim"}}
    prize = {"id": "one", "title": {"en": "One"}, "weight": 1, "stock": 1, "prize": {"points": 1}}
    shop = await plain_shop(
        client,
        earning={"rules": [bonus]},
        surprises=[{"id": "lucky", "title": {"en": "Lucky"}, "prizes": [prize], "nothing_weight": 0}],
    )
    for granted, won in ((30, 1), (20, 0), (0, 0)):
        quote = await made(shop, "/v1/purchases/quote", unnamed(300))
        bought = await made(shop, "/v1/purchases", unnamed(300))
        assert (quote["points"], bought["points"], bought["balance"]["points"]) == (granted, granted, granted + won)


async def test_a_receipt_number_is_one_purchase_under_any_key(shop: Shop) -> None:
    body = unnamed(300, external_id="r-1")
    first = await made(shop, "/v1/purchases", body)
    again = await shop.ask("POST", "/v1/purchases", body)
    assert (again.status_code, again.json()) == (201, first)
    assert await refused(shop, "/v1/purchases", unnamed(400, external_id="r-1")) == {"external_id_reused": {}}
    member = (await shop.enrol())["id"]
    assert await refused(shop, "/v1/purchases", basket(member, 300, external_id="r-1")) == {"external_id_reused": {}}


async def test_twins_at_once_are_one_purchase(shop: Shop, database: Urls) -> None:
    same = key()
    answers = await asyncio.gather(
        *(shop.ask("POST", "/v1/purchases", unnamed(300), idempotency_key=same) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await count_of(database, "members") == 1
    assert await count_of(database, "journal") == 2


async def test_a_key_belongs_to_one_request_with_or_without_a_member(shop: Shop, database: Urls) -> None:
    member = (await shop.enrol())["id"]
    one, other = key(), key()
    await shop.ask("POST", "/v1/purchases", basket(member, 300), idempotency_key=one)
    await shop.ask("POST", "/v1/purchases", unnamed(300), idempotency_key=other)
    before = await count_of(database, "members")
    for body, used in ((unnamed(300), one), (basket(member, 300), other), (unnamed(400), other)):
        answer = await shop.ask("POST", "/v1/purchases", body, idempotency_key=used)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert await count_of(database, "members") == before


async def test_a_refused_purchase_without_a_member_leaves_no_trace(shop: Shop, database: Urls) -> None:
    body = unnamed(300, tenders=[{"kind": "points", "points": 100}])
    assert await refused(shop, "/v1/purchases", body) == {"insufficient_points": {"available": 0, "requested": 100}}
    assert await refused(shop, "/v1/purchases", unnamed(300) | {"currency": "KZT"}) == {"currency_mismatch": {}}
    assert (await count_of(database, "members"), await count_of(database, "journal")) == (0, 0)


@pytest.mark.parametrize("is_open", [False, True], ids=["before opening", "before recording"])
async def test_a_retry_completes_what_a_process_that_died_has_begun(shop: Shop, app: FastAPI, *, is_open: bool) -> None:
    kept = app.state.handles
    program_id = typeids.decode("prg", shop.program["id"])
    assert program_id is not None
    program = await kept.programs.of(program_id)
    async with kept.database.glancing() as reader:
        (source,) = await reader.row("SELECT max(number) FROM sources")
    same = key()
    account = anonymous.account_for(program, source, same, Purchase(basket=Basket(currency="VND", lines=())))
    now = datetime.now(UTC)
    profile = Profile(
        id=account,
        name=None,
        phone=None,
        language="vi",
        referral_code="UNKNOWN2",
        created_at=now,
        updated_at=now,
        kind="anonymous",
    )
    async with kept.database.transaction() as writer:
        assert await members.insert(writer, program.id, profile)
    if is_open:
        opening = Ask(member=account, command=Enrol(), key=f"opening of {account}")
        assert isinstance(await kept.lanes.ask(program, source, opening), Recorded)
    bought = await made(shop, "/v1/purchases", unnamed(300), idempotency_key=same)
    assert (bought["member"], bought["points"]) == (typeids.encode("mbr", account), 300)
    member = (await shop.enrol())["id"]
    assert (await claimed(shop, member, bought["claim_code"]))["points"] == 300


async def test_a_quote_without_a_member_says_what_would_wait_on_the_receipt(shop: Shop, database: Urls) -> None:
    quoted = await made(shop, "/v1/purchases/quote", unnamed(600))
    assert (quoted["member"], quoted["points"], quoted["balance"]["points"]) == (None, 600, 600)
    assert (quoted["tier"]["level"], quoted["most_points"]) == ("silver", 0)
    bought = await made(shop, "/v1/purchases", unnamed(600))
    assert {name: bought[name] for name in ("points", "lines", "tier", "explanation")} == {
        name: quoted[name] for name in ("points", "lines", "tier", "explanation")
    }
    assert await count_of(database, "members") == 1


async def test_a_claim_brings_the_points_once(shop: Shop) -> None:
    member, other = await member_with(shop, 50), (await shop.enrol())["id"]
    bought = await made(shop, "/v1/purchases", unnamed(300))
    same = key()
    claim = await claimed(shop, member, bought["claim_code"], idempotency_key=same)
    assert (claim["member"], claim["points"], claim["balance"]["points"]) == (member, 300, 350)
    again = await shop.ask("POST", "/v1/claims", {"member": member, "code": bought["claim_code"]}, idempotency_key=same)
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, claim, "true")
    for claimant in (other, member):
        body = {"member": claimant, "code": bought["claim_code"]}
        answer = await shop.ask("POST", "/v1/claims", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "already_claimed")
    assert [await balance(shop, each) for each in (member, other)] == [(350, 0, 0, 0), (0, 0, 0, 0)]
    # What the receipt said stays what it said.
    assert (await shop.ask("GET", f"/v1/purchases/{bought['id']}")).json() == bought


async def test_a_claim_is_told_in_the_members_language(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", language="ru"))["id"]
    bought = await made(shop, "/v1/purchases", unnamed(300))
    claim = await claimed(shop, member, bought["claim_code"])
    assert claim["messages"]["cashier"] == "Получено баллов по чеку: 300. Можно потратить баллов: 300."


async def test_of_many_who_claim_at_once_one_gets_the_points(shop: Shop) -> None:
    people = [(await shop.enrol())["id"] for _ in range(5)]
    bought = await made(shop, "/v1/purchases", unnamed(300))
    answers = await asyncio.gather(
        *(shop.ask("POST", "/v1/claims", {"member": each, "code": bought["claim_code"]}) for each in people)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert sum([(await balance(shop, each))[0] for each in people]) == 300


async def test_a_key_claims_one_receipt_for_one_member(shop: Shop) -> None:
    member, other = (await shop.enrol())["id"], (await shop.enrol())["id"]
    one, two = [(await made(shop, "/v1/purchases", unnamed(300)))["claim_code"] for _ in range(2)]
    same = key()
    await claimed(shop, member, one, idempotency_key=same)
    for body in ({"member": member, "code": two}, {"member": other, "code": one}):
        answer = await shop.ask("POST", "/v1/claims", body, idempotency_key=same)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_codes_are_read_as_people_write_them(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    code = (await made(shop, "/v1/purchases", unnamed(300)))["claim_code"]
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert (await claimed(shop, member, typed))["points"] == 300


async def test_every_wrong_code_is_refused_in_the_same_way(shop: Shop) -> None:
    member = await member_with(shop, 50)
    other = await opened(shop.client)
    theirs = (await made(other, "/v1/purchases", unnamed(300000)))["claim_code"]
    code = (await made(shop, "/v1/purchases", unnamed(300)))["claim_code"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    problems = []
    for each in (wrong, theirs, "x", "hóa đơn", code + "0", member):
        answer = await shop.ask("POST", "/v1/claims", {"member": member, "code": each})
        problems.append((answer.status_code, {**answer.json(), "request_id": None}))
    assert problems[0][0] == 422
    assert problems[0][1]["code"] == "unknown_claim_code"
    assert all(problem == problems[0] for problem in problems)


async def test_who_cannot_claim_leaves_the_receipt_to_others(shop: Shop) -> None:
    code = (await made(shop, "/v1/purchases", unnamed(300)))["claim_code"]
    blocked, erased, home = [(await shop.enrol())["id"] for _ in range(2)] + [
        (await made(shop, "/v1/households"))["id"]
    ]
    await made(shop, f"/v1/members/{blocked}/block", {"reason": "fraud"}, token=shop.manager)
    await made(shop, f"/v1/members/{erased}/erase", token=shop.manager)
    unclaimed = (await made(shop, "/v1/purchases", unnamed(300)))["member"]
    nobody = "mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"
    for member, reason in (
        (blocked, "member_blocked"),
        (erased, "member_erased"),
        (nobody, "unknown_member"),
        (home, "unknown_member"),
        (unclaimed, "unknown_member"),
        ("card:29009", "unknown_member"),
    ):
        assert await refused(shop, "/v1/claims", {"member": member, "code": code}) == {reason: {}}, member
    assert (await claimed(shop, (await shop.enrol())["id"], code))["points"] == 300


async def test_a_late_claim_has_the_dates_of_the_purchase_and_counts_on_its_day(shop: Shop) -> None:
    early, late = [(await made(shop, "/v1/purchases", unnamed(amount)))["claim_code"] for amount in (300, 400)]
    await at(shop, "2026-06-01T10:00:00")
    member = await member_with(shop, 100)
    claim = await claimed(shop, member, early)
    assert (claim["tier"]["level"], claim["tier"]["window_points"]) == ("bronze", 400)
    lots = (await shop.ask("GET", f"/v1/members/{member}/lots")).json()["data"]
    assert sorted((lot["remaining"], lot["earned_at"][:10], lot["last_valid_day"]) for lot in lots) == [
        (100, "2026-06-01", "2027-06-01"),
        (300, "2026-03-10", "2027-03-10"),
    ]
    await at(shop, "2027-03-11T10:00:00")
    # What has expired on the receipt has expired, and its day has left the window of twelve months.
    claim = await claimed(shop, member, late)
    assert (claim["points"], claim["balance"]["points"], claim["tier"]["window_points"]) == (0, 100, 100)


async def test_a_claim_that_reaches_a_tier_promotes_at_once(shop: Shop) -> None:
    member = await member_with(shop, 300)
    bought = await made(shop, "/v1/purchases", unnamed(200))
    assert (await claimed(shop, member, bought["claim_code"]))["tier"]["level"] == "silver"
    assert (await shop.ask("GET", f"/v1/members/{member}/tier")).json()["tier"]["level"] == "silver"


async def test_a_refund_before_the_claim_leaves_the_rest_to_claim(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300, 200, external_id="r-1"))
    refunded = await made(shop, "/v1/refunds", {"purchase": "ext:r-1", "lines": [{"line": 1}]})
    assert refunded["member"] == bought["member"]
    member = (await shop.enrol())["id"]
    claim = await claimed(shop, member, bought["claim_code"])
    assert (claim["points"], claim["tier"]["window_points"]) == (300, 300)


async def test_a_refund_after_the_claim_takes_from_who_claimed(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300, 200))
    member = (await shop.enrol())["id"]
    await claimed(shop, member, bought["claim_code"])
    refunded = await made(shop, "/v1/refunds", {"purchase": bought["id"], "lines": [{"line": 1}]})
    assert (refunded["member"], refunded["balance"]["points"]) == (member, 300)
    await made(shop, "/v1/redemptions", {"member": member, "points": 300})
    await made(shop, "/v1/refunds", {"purchase": bought["id"]})
    assert await balance(shop, member) == (0, 300, 0, 0)


async def test_a_void_before_the_claim_leaves_nothing_and_its_receipt_to_a_member(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300, external_id="r-1"))
    await made(shop, f"/v1/purchases/{bought['id']}/void")
    member = (await shop.enrol())["id"]
    again = await made(shop, "/v1/purchases", basket(member, 300, external_id="r-1", replaces=bought["id"]))
    assert (again["claim_code"], again["balance"]["points"]) == (None, 300)
    assert (await claimed(shop, member, bought["claim_code"]))["points"] == 0
    assert await balance(shop, member) == (300, 0, 0, 0)


async def test_a_till_that_lost_the_answer_cancels_or_asks_again(shop: Shop) -> None:
    lost = key()
    bought = await made(shop, "/v1/purchases", unnamed(300), idempotency_key=lost)
    done = await made(shop, "/v1/cancellations", {"idempotency_key": lost})
    assert (done["outcome"], done["fact"]) == ("undone", bought["id"])
    never = key()
    await made(shop, "/v1/cancellations", {"idempotency_key": never})
    answer = await shop.ask("POST", "/v1/purchases", unnamed(300), idempotency_key=never)
    assert (answer.status_code, answer.json()["code"]) == (409, "cancelled")


async def test_a_phone_claims_for_its_own_member(shop: Shop) -> None:
    member, other = (await shop.enrol())["id"], (await shop.enrol())["id"]
    phone, another = [(await made(shop, f"/v1/members/{each}/tokens", {}))["token"] for each in (member, other)]
    code = (await made(shop, "/v1/purchases", unnamed(300)))["claim_code"]
    same = key()
    claim = await made(shop, "/v1/me/claims", {"code": code}, token=phone, idempotency_key=same)
    assert (claim["member"], claim["points"]) == (member, 300)
    again = await shop.ask("POST", "/v1/me/claims", {"code": code}, token=phone, idempotency_key=same)
    assert (again.status_code, again.json()) == (201, claim)
    # The key is the phone's own: another phone may use the same.
    theirs = await shop.ask("POST", "/v1/me/claims", {"code": code}, token=another, idempotency_key=same)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "already_claimed")
    assert await refused(shop, "/v1/me/claims", {"code": "4XJ7"}, token=phone) == {"unknown_claim_code": {}}
    assert (await shop.ask("GET", "/v1/me", token=phone)).json()["balance"]["points"] == 300


async def test_a_claim_is_the_same_under_every_name_of_a_merged_member(shop: Shop) -> None:
    one, other, third = [(await shop.enrol())["id"] for _ in range(3)]
    first, second = [(await made(shop, "/v1/purchases", unnamed(300)))["claim_code"] for _ in range(2)]
    early, late = key(), key()
    before = await claimed(shop, other, first, idempotency_key=early)
    await made(shop, f"/v1/members/{one}/merge", {"from": other}, token=shop.manager)
    claim = await claimed(shop, other, second, idempotency_key=late)
    assert (claim["member"], claim["balance"]["points"]) == (one, 600)
    await made(shop, f"/v1/members/{third}/merge", {"from": one}, token=shop.manager)
    for name in (one, other, third):
        assert await claimed(shop, name, first, idempotency_key=early) == before
        assert await claimed(shop, name, second, idempotency_key=late) == claim


async def test_a_manager_who_knows_the_account_joins_it_without_the_code(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300))
    await at(shop, "2026-04-10T10:00:00")
    member = (await shop.enrol())["id"]
    await made(shop, f"/v1/members/{member}/merge", {"from": bought["member"]}, token=shop.manager)
    assert await refused(shop, "/v1/claims", {"member": member, "code": bought["claim_code"]}) == {
        "already_claimed": {}
    }


async def test_no_member_is_merged_into_a_receipt(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300))
    path = f"/v1/members/{bought['member']}/merge"
    assert await refused(shop, path, {"from": await member_with(shop, 50)}, token=shop.manager) == {
        "member_not_found": {}
    }


async def test_a_receipt_that_was_moved_to_a_member_has_nothing_to_claim(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300, external_id="r-1"))
    member, other = (await shop.enrol())["id"], (await shop.enrol())["id"]
    await made(shop, f"/v1/purchases/{bought['id']}/move", {"member": member})
    assert (await shop.ask("GET", "/v1/purchases/ext:r-1")).json()["claim_code"] is None
    assert (await claimed(shop, other, bought["claim_code"]))["points"] == 0
    assert [await balance(shop, each) for each in (member, other)] == [(300, 0, 0, 0), (0, 0, 0, 0)]


async def test_an_unclaimed_account_has_nothing_personal(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300))
    home = (await made(shop, "/v1/households"))["id"]
    for account in (bought["member"], home):
        profile = await shop.ask("GET", f"/v1/members/{account}")
        for method, path, body in (
            ("PATCH", "", {"card": "29001"}),
            ("POST", "/cards/block", {"card": "29001", "reason": "lost"}),
            ("POST", "/cards/unblock", {"card": "29001"}),
        ):
            headers = {"if_match": profile.headers["etag"]}
            answer = await shop.ask(method, f"/v1/members/{account}{path}", body, **headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found"), path


async def test_a_batch_takes_no_purchase_without_a_member(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    commands = [
        {"idempotency_key": key(), "kind": "purchase", "purchase": body} for body in (unnamed(300), basket(member, 300))
    ]
    results = (await made(shop, "/v1/batch", {"commands": commands}))["results"]
    assert [result["status"] for result in results] == [422, 201]
    (fault,) = results[0]["problem"]["errors"]
    assert (fault["code"], fault["pointer"]) == ("member_required", "/commands/0/purchase/member")


async def test_who_claims_and_is_erased_takes_what_was_attached_to_the_receipt_along(shop: Shop) -> None:
    bought = await made(shop, "/v1/purchases", unnamed(300, metadata={"guest": "Nguyen"}))
    member = (await shop.enrol())["id"]
    await claimed(shop, member, bought["claim_code"])
    proof = await made(shop, f"/v1/members/{member}/erase", token=shop.manager)
    assert (proof["before"], proof["destroyed"]["metadata"]) == (proof["after"], 1)
    assert (await shop.ask("GET", f"/v1/purchases/{bought['id']}")).json()["metadata"] == {}


async def test_the_audit_finds_nothing_after_claims(shop: Shop, database: Urls) -> None:
    member = await member_with(shop, 300)
    bought = [await made(shop, "/v1/purchases", unnamed(300)) for _ in range(2)]
    await claimed(shop, member, bought[0]["claim_code"])
    await made(shop, "/v1/refunds", {"purchase": bought[0]["id"]})
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, unseen)
    finally:
        await reader.close()
    assert [program.findings for program in report.programs] == [()]
