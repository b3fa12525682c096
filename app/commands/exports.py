"""Export of a member: everything that is kept of them, as it is at one moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories import erasing, exporting, journal, members, programs
from app.repositories.database import Database
from app.repositories.journal import JournalRow
from app.repositories.programs import Program


class Kept(Struct, frozen=True, kw_only=True):
    """A member's rows by table, the facts about them, and what callers attached to those."""

    member: UUID
    at: datetime
    tables: Mapping[str, list[dict[str, Any]]]
    facts: Sequence[JournalRow]
    metadata: Mapping[UUID, dict[str, str]]


async def export(database: Database, program: Program, member: UUID) -> Kept | None:
    """Everything that is kept of a member and of those who were merged into them; None if there is no such member."""
    async with database.reading() as reader:
        member = await members.heir(reader, program.id, member)
        kin = await members.kin(reader, program.id, member)
        tables = await exporting.rows(reader, program.id, kin)
        if not tables["members"]:
            return None
        end = await erasing.journal_end(reader, program.id)
        facts = await exporting.facts(reader, program.id, kin, end)
        return Kept(
            member=member,
            at=await programs.clock(reader),
            tables=tables,
            facts=facts,
            metadata=await journal.purchase_metadata(reader, program.id, [row.id for row in facts]),
        )
