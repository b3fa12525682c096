"""Published rulebooks: versions of a programme, immutable."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer


class Published(Struct, frozen=True, kw_only=True):
    """One version. `document` is JSON text.

    `draft` is the draft that it was, `restores` the earlier version whose document it has again. It ends at `ends_at`,
    when the next version takes effect; None: none is published yet.
    """

    version: int
    document: str
    effective_at: datetime
    published_at: datetime
    published_by: UUID
    draft: UUID | None = None
    restores: int | None = None
    ends_at: datetime | None = None


async def insert(writer: Writer, program_id: UUID, published: Published) -> None:
    """A new version."""
    await writer.write(
        "INSERT INTO rulebooks (program_id, version, document, effective_at, published_at, published_by, draft_id,"
        " restores) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        program_id,
        published.version,
        published.document,
        published.effective_at,
        published.published_at,
        published.published_by,
        published.draft,
        published.restores,
    )


async def by_version(reader: Reader, program_id: UUID, version: int) -> Published | None:
    """One version."""
    row = await reader.row(_SELECT + " AND version = $2", program_id, version)
    return None if row is None else _published(row)


async def page(reader: Reader, program_id: UUID, *, before: int | None, limit: int) -> Sequence[Published]:
    """Versions, newest first."""
    rows = await reader.rows(
        _SELECT + " AND ($2::integer IS NULL OR version < $2) ORDER BY version DESC LIMIT $3",
        program_id,
        before,
        limit,
    )
    return [_published(row) for row in rows]


async def since(reader: Reader, program_id: UUID, *, after: int, limit: int) -> Sequence[Published]:
    """The versions that follow one, oldest first."""
    rows = await reader.rows(_SELECT + " AND version > $2 ORDER BY version LIMIT $3", program_id, after, limit)
    return [_published(row) for row in rows]


_SELECT = """SELECT version, document::text, effective_at, published_at, published_by, draft_id, restores,
        (SELECT n.effective_at FROM rulebooks n WHERE n.program_id = $1 AND n.version = r.version + 1)
    FROM rulebooks r WHERE program_id = $1"""


def _published(row: Sequence[Any]) -> Published:
    version, document, effective_at, published_at, published_by, draft, restores, ends_at = row
    return Published(
        version=version,
        document=document,
        effective_at=effective_at,
        published_at=published_at,
        published_by=published_by,
        draft=draft,
        restores=restores,
        ends_at=ends_at,
    )
