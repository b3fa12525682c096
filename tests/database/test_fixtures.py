"""The database that tests get: migrated, empty, theirs alone."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from app.cli.cluster import Cluster
from tests.databases import Databases

PROGRAMME = """
INSERT INTO programs (id, name, currency, zone, locale, sandbox, secret, created_at)
VALUES (gen_random_uuid(), 'Shop', 'VND', 'UTC', 'vi', true, '', now())
"""


async def test_service_role_owns_nothing(app_url: str) -> None:
    connection = await asyncpg.connect(app_url.replace("+asyncpg", ""))
    try:
        row = await connection.fetchrow("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert row is not None
        assert tuple(row) == ("rung_app", False)
        assert await connection.fetchval("SELECT has_schema_privilege('public', 'CREATE')") is False
    finally:
        await connection.close()


@pytest.fixture
def some(postgres: Cluster) -> Iterator[Databases]:
    """Databases beside those of the other tests."""
    made = Databases(postgres)
    yield made
    made.close()


async def carried_out(url: str, statement: str) -> str:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        answer: str = await connection.execute(statement)
        return answer
    finally:
        await connection.close()


def test_what_is_given_back_is_lent_again_empty_and_left_by_everybody(some: Databases) -> None:
    name, urls = some.lend()
    with asyncio.Runner() as runner:
        lingering = runner.run(asyncpg.connect(urls.app.replace("+asyncpg", "")))
        runner.run(lingering.execute(PROGRAMME))
        assert runner.run(carried_out(urls.app, "SELECT FROM programs")) == "SELECT 1"
        some.take_back(name)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            runner.run(lingering.execute("SELECT 1"))
        assert some.lend() == (name, urls)
        assert runner.run(carried_out(urls.app, "SELECT FROM programs")) == "SELECT 0"
    some.take_back(name)


def test_nobody_is_lent_what_somebody_has(some: Databases) -> None:
    (one, _), (other, _) = some.lend(), some.lend()
    assert one != other
    some.take_back(one)
    some.take_back(other)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "ALTER TABLE programs ADD COLUMN mine int",
        "DROP TABLE purchase_metadata",
        "GRANT TRUNCATE ON journal TO rung_app",
        "ALTER TABLE programs ALTER COLUMN name SET DEFAULT 'mine'",
        "UPDATE alembic_version SET version_num = 'mine'",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
    ],
)
def test_a_database_with_another_schema_is_not_lent_again(some: Databases, statement: str) -> None:
    name, urls = some.lend()
    asyncio.run(carried_out(urls.owner, statement))
    some.take_back(name)
    another, _ = some.lend()
    assert another != name
    some.take_back(another)
