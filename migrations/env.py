"""How migrations run: as the owner, one transaction each, one process at a time, never waiting long for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.repositories.schema import metadata
from app.settings import MigrationSettings

# A migration that queues for a table lock stops all traffic behind it: rather fail and run again at a quieter minute.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "5min"
# Two deployments that migrate at once take turns. The number means nothing; it only has to stay the same.
TURN_KEY = 7_864_221_931
TURN_TIMEOUT = "60s"


def _address() -> str:
    address: str | None = context.config.attributes.get("owner_url") or MigrationSettings().url
    if address is None:
        raise ValueError("Set RUNG_OWNER_DATABASE_URL (or DATABASE_URL).")
    return address


def _migrate(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{TURN_TIMEOUT}'"))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TURN_KEY})
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()  # Inside a transaction of ours Alembic would not open one of its own per migration.
    context.configure(
        connection=connection, target_metadata=metadata, transaction_per_migration=True, compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_online() -> None:
    engine = create_async_engine(
        _address(), poolclass=pool.NullPool, connect_args={"server_settings": {"statement_timeout": STATEMENT_TIMEOUT}}
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _write_sql() -> None:
    """`alembic upgrade --sql`: what the linter of migrations reads. No database is asked."""
    context.configure(
        dialect_name="postgresql", target_metadata=metadata, transaction_per_migration=True, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


given_connection: Connection | None = context.config.attributes.get("connection")
if context.is_offline_mode():
    _write_sql()
elif given_connection is not None:
    _migrate(given_connection)  # Tests hand over a connection of theirs.
else:
    asyncio.run(_migrate_online())
