"""What 0004 makes of members who were there before it: found by phone, and with digests that only they can open."""

import asyncio
import hashlib
import hmac
from uuid import UUID

import asyncpg

from app.cli.cluster import Cluster, Urls
from app.cli.migrate import migrate
from app.commands.personal import claimed_by
from app.commands.requests import Request
from app.repositories.database import Database
from app.repositories.programs import Program

PROGRAM, LAN, MAI, AIDAR = (UUID(int=number) for number in range(1, 5))
SECRET = b"s" * 32
BODY = b'{"phone": "0903 123 456"}'
BEFORE = """
INSERT INTO programs (id, name, currency, zone, locale, sandbox, secret, created_at)
VALUES ($1, 'Shop', 'VND', 'Asia/Ho_Chi_Minh', 'vi', false, $2, now())
"""
MEMBER = """
INSERT INTO members (program_id, id, phone, language, referral_code, created_at, updated_at)
VALUES ($1, $2, $3, 'vi', $4, $5::text::timestamptz, now())
"""
REQUEST = """
INSERT INTO configuration_requests (scope, source, key, digest, resource, created_at) VALUES ($1, 1, $2, $3, $4, now())
"""
PHONES = "SELECT value, member_id FROM member_identifiers WHERE kind = 'phone' ORDER BY value"
PROGRAM_OF_OLD = Program(
    id=PROGRAM, name="Shop", currency="VND", zone="Asia/Ho_Chi_Minh", locale="vi", sandbox=False, secret=SECRET
)


async def fill(urls: Urls) -> None:
    """Two members with the same number, one with a foreign one, one with none that could be dialled."""
    digest = hashlib.sha256(hmac.digest(SECRET, BODY, "sha256")).digest()
    connection = await asyncpg.connect(urls.owner.replace("+asyncpg", ""))
    try:
        await connection.execute(BEFORE, PROGRAM, SECRET)
        for member, phone, day in (
            (MAI, "84 903 123 456", "2026-01-02"),
            (LAN, "0903 123 456", "2026-01-01"),
            (AIDAR, "+7 701 123 45 67", "2026-01-03"),
            (UUID(int=9), "12345", "2026-01-04"),
        ):
            await connection.execute(MEMBER, PROGRAM, member, phone, member.hex, day)
        await connection.execute(REQUEST, PROGRAM, "enrol-lan-1", digest, str(LAN))
        await connection.execute(REQUEST, PROGRAM, "move-the-clock", digest, "2026-01-01T00:00:00+00:00")
    finally:
        await connection.close()


async def look(urls: Urls) -> tuple[list[tuple[str, UUID]], list[bytes], UUID | None]:
    """The phones that lead somewhere, the digests, and whom the old request is known to have enrolled."""
    connection = await asyncpg.connect(urls.owner.replace("+asyncpg", ""))
    database = Database(urls.app, connections=1)
    try:
        phones = [(value, member) for value, member in await connection.fetch(PHONES)]
        digests = await connection.fetch("SELECT digest FROM configuration_requests ORDER BY key")
        asked = Request(scope=PROGRAM, source=1, key="enrol-lan-1", body=BODY)
        async with database.glancing() as reader:
            return phones, [row[0] for row in digests], await claimed_by(reader, PROGRAM_OF_OLD, asked)
    finally:
        await database.close()
        await connection.close()


def test_members_of_before_are_found_by_phone_and_their_requests_known(postgres: Cluster) -> None:
    urls = postgres.create_database("test_people")
    migrate(urls.owner, "0003")
    asyncio.run(fill(urls))
    migrate(urls.owner)
    phones, digests, enrolled = asyncio.run(look(urls))
    assert phones == [("+77011234567", AIDAR), ("+84903123456", LAN)]
    assert enrolled == LAN
    bare = hashlib.sha256(hmac.digest(SECRET, BODY, "sha256")).digest()
    assert [digest == bare for digest in digests] == [False, True]
    postgres.drop_database("test_people")
