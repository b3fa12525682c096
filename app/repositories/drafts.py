"""Drafts of rulebooks: kept, changed, and put away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer


class Draft(Struct, frozen=True, kw_only=True):
    """A rulebook in the making. `document` is JSON text; `revision` counts its changes from 1."""

    id: UUID
    name: str
    document: str
    revision: int
    created_at: datetime
    created_by: UUID
    updated_at: datetime
    updated_by: UUID


_SELECT = """SELECT id, name, document::text, revision, created_at, created_by, updated_at, updated_by
    FROM rulebook_drafts WHERE program_id = $1 AND deleted_at IS NULL"""


def _draft(row: Sequence[Any]) -> Draft:
    draft, name, document, revision, created_at, created_by, updated_at, updated_by = row
    return Draft(
        id=draft,
        name=name,
        document=document,
        revision=revision,
        created_at=created_at,
        created_by=created_by,
        updated_at=updated_at,
        updated_by=updated_by,
    )


async def insert(writer: Writer, program_id: UUID, draft: Draft) -> None:
    """A new draft."""
    await writer.write(
        """INSERT INTO rulebook_drafts (program_id, id, name, document, revision, created_at, created_by, updated_at,
            updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        program_id,
        draft.id,
        draft.name,
        draft.document,
        draft.revision,
        draft.created_at,
        draft.created_by,
        draft.updated_at,
        draft.updated_by,
    )


async def count(reader: Reader, program_id: UUID) -> int:
    """How many are kept."""
    found: int
    (found,) = await reader.row(
        "SELECT count(*) FROM rulebook_drafts WHERE program_id = $1 AND deleted_at IS NULL", program_id
    )
    return found


async def by_id(reader: Reader, program_id: UUID, draft: UUID) -> Draft | None:
    """One draft."""
    row = await reader.row(_SELECT + " AND id = $2", program_id, draft)
    return None if row is None else _draft(row)


async def lock(writer: Writer, program_id: UUID, draft: UUID) -> Draft | None:
    """One draft, which nobody else changes until the transaction ends."""
    row = await writer.row(_SELECT + " AND id = $2 FOR UPDATE", program_id, draft)
    return None if row is None else _draft(row)


async def page(reader: Reader, program_id: UUID, *, after: UUID | None, limit: int) -> list[Draft]:
    """Drafts, oldest first."""
    statement = _SELECT + " AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
    return [_draft(row) for row in await reader.rows(statement, program_id, after, limit)]


async def change(writer: Writer, program_id: UUID, draft: Draft) -> None:
    """Keep another name and document."""
    await writer.write(
        """UPDATE rulebook_drafts SET name = $3, document = $4, revision = $5, updated_at = $6, updated_by = $7
        WHERE program_id = $1 AND id = $2""",
        program_id,
        draft.id,
        draft.name,
        draft.document,
        draft.revision,
        draft.updated_at,
        draft.updated_by,
    )


async def delete(writer: Writer, program_id: UUID, draft: UUID, *, at: datetime, by: UUID) -> None:
    """Show it no more."""
    await writer.write(
        "UPDATE rulebook_drafts SET deleted_at = $3, deleted_by = $4 WHERE program_id = $1 AND id = $2",
        program_id,
        draft,
        at,
        by,
    )
