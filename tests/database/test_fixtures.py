"""The database that tests get: migrated, empty, theirs alone."""

import asyncpg


async def test_service_role_owns_nothing(app_url: str) -> None:
    connection = await asyncpg.connect(app_url.replace("+asyncpg", ""))
    try:
        row = await connection.fetchrow("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert row is not None
        assert tuple(row) == ("rung_app", False)
        assert await connection.fetchval("SELECT has_schema_privilege('public', 'CREATE')") is False
    finally:
        await connection.close()
