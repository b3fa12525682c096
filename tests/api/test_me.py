"""GET /v1/me: what a phone shows, and an ETag that is a digest of exactly that."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.routers.tokens import MemberTokens
from tests.api.conftest import RULEBOOK, SECRET, Shop, opened


async def minted(shop: Shop, member: str, **body: int) -> str:
    answer = await shop.ask("POST", f"/v1/members/{member}/tokens", body)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


async def look(shop: Shop, token: str, etag: str | None = None, language: str | None = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    if etag is not None:
        headers["if-none-match"] = etag
    if language is not None:
        headers["accept-language"] = language
    return await shop.client.get("/v1/me", headers=headers)


async def test_a_phone_sees_its_own_member(shop: Shop) -> None:
    member = await shop.enrol(card="1", name="Lan")
    await shop.buy("card:1", 350000)
    answer = await look(shop, await minted(shop, "card:1"))
    assert answer.json() == {
        "id": member["id"],
        "name": "Lan",
        "program": "Shop",
        "currency": "VND",
        "birthday": None,
        "attributes": {},
        "referral_code": member["referral_code"],
        "balance": {"points": 350, "debt": 0, "pending": 0, "held": 0},
        "shared": None,
        "expiring_soon": {"days": 30, "points": 0, "data": []},
        "lapses": None,
        "redeemable_points": 300,
        "gifts": [],
        "redeemable_value": 30000,
        "tier": {
            "level": "dong",
            "title": "Đồng",
            "window_points": 350,
            "kept_until": None,
            "next_level": "bac",
            "next_title": "Bạc",
            "next_from_points": 500,
            "points_missing": 150,
            "next_needs": {
                "kind": "enough",
                "counter": "points",
                "at_least": 500,
                "amount": 350,
                "missing": 150,
                "met": False,
                "needs": [],
            },
            "given": None,
            "sets": [],
        },
        "rulebook_version": 1,
    }
    assert answer.headers["content-language"] == "vi"


async def test_the_etag_changes_with_what_is_shown_and_with_nothing_else(shop: Shop) -> None:
    await shop.enrol(card="1")
    await shop.buy("card:1", 90000)
    token = await minted(shop, "card:1")
    first = await look(shop, token)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    same = await look(shop, token, etag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert (await look(shop, token, f'W/{etag}, "other"')).status_code == 304
    assert (await look(shop, token, "*")).status_code == 304
    assert (await look(shop, await minted(shop, "card:1"), etag)).status_code == 304
    assert (await look(shop, token, etag, "en")).status_code == 200
    await shop.buy("card:1", 1000)
    assert (await look(shop, token, etag)).status_code == 200


async def test_the_etag_changes_when_points_expire_though_nobody_wrote(shop: Shop) -> None:
    member = (await shop.enrol(card="1"))["id"]
    await shop.buy("card:1", 90000)
    token = await minted(shop, member)
    etag = (await look(shop, token)).headers["etag"]
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    await shop.ask("POST", "/v1/test-clock/advance", {"to": later}, token=shop.manager)
    answer = await look(shop, token, etag)
    assert (answer.status_code, answer.json()["balance"]["points"]) == (200, 0)


async def test_the_etag_changes_with_the_rulebook(shop: Shop) -> None:
    await shop.enrol(card="1")
    token = await minted(shop, "card:1")
    etag = (await look(shop, token)).headers["etag"]
    await shop.publish(RULEBOOK | {"title": {"en": "Second"}})
    assert (await look(shop, token, etag)).status_code == 200


async def test_tokens_that_are_wrong_in_any_way_are_401(shop: Shop) -> None:
    member = (await shop.enrol(card="1"))["id"]
    token = await minted(shop, "card:1", ttl_seconds=60)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 60
    assert (claims["iss"], claims["sub"], claims["prg"]) == ("rung", member, shop.program["id"])
    stranger = Ed25519PrivateKey.generate()
    now = int(time.time())
    own = MemberTokens(SECRET.encode())

    def signed(**change: object) -> str:
        return jwt.encode(claims | change, own._private, algorithm="EdDSA", headers={"kid": own.kid})

    head, body, signature = token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "mbr_x"}).encode()).decode().rstrip("=")
    for wrong in (
        "x",
        "a.b.c",
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        jwt.encode(claims, stranger, algorithm="EdDSA"),
        jwt.encode(claims, "0" * 32, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        signed(exp=now - 1),
        signed(iss="somebody"),
        signed(sub=7),
        signed(sub="mbr_x"),
        signed(prg="prg_x"),
        signed(prg=["x"]),
        signed(exp="never"),
        "x" * 5000,
        shop.pos,
    ):
        answer = await look(shop, wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), wrong
    assert (await look(shop, signed())).status_code == 200
    assert (await shop.ask("GET", "/v1/members/card:1", token=token)).status_code == 401


async def test_a_token_of_another_programme_shows_nothing_of_this_one(shop: Shop) -> None:
    member = (await shop.enrol(card="1"))["id"]
    other = await opened(shop.client, rulebook=False)
    assert (await other.ask("POST", f"/v1/members/{member}/tokens", {})).status_code == 404


async def test_the_published_key_checks_tokens(shop: Shop) -> None:
    await shop.enrol(card="1")
    token = await minted(shop, "card:1")
    keys = jwt.PyJWKSet.from_dict((await shop.client.get("/.well-known/jwks.json")).json())
    found = keys[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, found.key, algorithms=["EdDSA"])["iss"] == "rung"


async def test_how_long_a_token_lives_has_bounds(shop: Shop) -> None:
    await shop.enrol(card="1")
    for seconds in (0, 59, 3601, -1, 10**30):
        answer = await shop.ask("POST", "/v1/members/card:1/tokens", {"ttl_seconds": seconds})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/ttl_seconds")
