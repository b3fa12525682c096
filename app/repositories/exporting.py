"""Export: everything that is kept of one member, whichever table it is in."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import json
from sqlalchemy import Table

from app.repositories import journal
from app.repositories.database import Reader
from app.repositories.erasing import ROWS_AT_ONCE
from app.repositories.journal import JournalRow
from app.repositories.schema import metadata

# The journal is exported fact by fact, and a secret says nothing about its member.
LEFT_OUT: Final = frozenset({"journal", "member_secrets"})


def tables() -> dict[str, str]:
    """The tables that have rows of members, and the column that says whose they are."""
    columns = {table.name: _column(table) for table in metadata.sorted_tables if table.name not in LEFT_OUT}
    return {name: column for name, column in columns.items() if column is not None}


def _column(table: Table) -> str | None:
    if table.name == "members":
        return "id"
    return "member_id" if "member_id" in table.columns else None


async def rows(reader: Reader, program_id: UUID, members: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """The rows of members by table, each as PostgreSQL writes it in JSON, in the order of its key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, column in tables().items():
        key = ", ".join(part.name for part in metadata.tables[name].primary_key.columns)
        kept = await reader.rows(
            f"SELECT (to_jsonb(t) - 'program_id')::text FROM {name} t"
            f" WHERE program_id = $1 AND {column} = ANY($2::uuid[]) ORDER BY {key}",
            program_id,
            list(members),
        )
        found[name] = [json.decode(row[0]) for row in kept]
    return found


async def facts(reader: Reader, program_id: UUID, members: Sequence[UUID], until: int) -> Sequence[JournalRow]:
    """Members' rows among the first so many of the journal, in its order."""
    found: list[JournalRow] = []
    for first in range(0, until, ROWS_AT_ONCE):
        found += await journal.of_members(
            reader, program_id, members, after=first, until=min(first + ROWS_AT_ONCE, until)
        )
    return found
