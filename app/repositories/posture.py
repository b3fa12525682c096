"""What the service asks about its own place in the database: may it do too much, is the schema the code's."""

from typing import Any

from msgspec import Struct

from app.repositories.database import Reader


class Posture(Struct, frozen=True, kw_only=True):
    """The role that the service connects as. Neither may be true in service."""

    role: str
    is_superuser: bool
    can_rewrite: bool


async def posture(reader: Reader) -> Posture:
    """The role, and whether it could change what may only grow."""
    row: Any = await reader.row(
        """SELECT current_user::text, rolsuper,
            has_table_privilege('journal', 'UPDATE') OR has_table_privilege('journal', 'DELETE')
            OR has_table_privilege('entries', 'UPDATE') OR has_table_privilege('entries', 'DELETE')
        FROM pg_roles WHERE rolname = current_user"""
    )
    role, is_superuser, can_rewrite = row
    return Posture(role=role, is_superuser=is_superuser, can_rewrite=can_rewrite)


async def migration(reader: Reader) -> str | None:
    """The revision that the schema is at."""
    row = await reader.row("SELECT version_num FROM alembic_version ORDER BY version_num LIMIT 1")
    return None if row is None else str(row[0])


async def journal_rows(reader: Reader) -> int:
    """How many rows the journals of all programmes have."""
    (rows,) = await reader.row("SELECT coalesce(sum(number), 0)::bigint FROM program_counters")
    return int(rows)
