"""Corrections: what was asked for, which purchases differ, and what was booked of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer

# The number under which the journal files purchases.
PURCHASES: Final = 2


class Correction(Struct, frozen=True, kw_only=True):
    """Purchases to be decided again under version `under`: those of `facts`, or of the versions and the period.

    Its state is checking, ready, applying or applied; `position` is how far the search has come, in facts or rows.
    """

    id: UUID
    state: str
    under: int
    versions: tuple[int, ...] | None
    from_at: datetime | None
    until_at: datetime | None
    facts: tuple[UUID, ...] | None
    reason: str
    asked_by: UUID
    asked_at: datetime
    until_number: int
    position: int = 0
    checked: int = 0
    approved_by: UUID | None = None
    approved_at: datetime | None = None


class Line(Struct, frozen=True, kw_only=True):
    """What becomes of one purchase. Its state is open, unknown, nothing, refused or done; `code` says why."""

    fact: UUID
    member: UUID
    state: str
    up: int
    down: int
    code: str | None = None
    booked_as: UUID | None = None


class Sums(Struct, frozen=True, kw_only=True):
    """The lines of one state, added up."""

    purchases: int
    members: int
    up: int
    down: int
    largest: int


_COLUMNS = """id, state, under, versions, from_at, until_at, facts, reason, asked_by, asked_at, until_number, position,
    checked, approved_by, approved_at"""
_LINE = "fact_id, member_id, state, up, down, code, booked_as"


def _correction(row: Sequence[Any]) -> Correction:
    values = dict(zip(_COLUMNS.replace("\n", " ").replace(" ", "").split(","), row, strict=True))
    values["versions"] = None if values["versions"] is None else tuple(values["versions"])
    values["facts"] = None if values["facts"] is None else tuple(values["facts"])
    return Correction(**values)


def _line(row: Sequence[Any]) -> Line:
    fact, member, state, up, down, code, booked_as = row
    return Line(fact=fact, member=member, state=state, up=up, down=down, code=code, booked_as=booked_as)


async def insert(writer: Writer, program_id: UUID, wanted: Correction) -> None:
    """A new correction."""
    await writer.write(
        """INSERT INTO corrections (program_id, id, state, under, versions, from_at, until_at, facts, reason, asked_by,
            asked_at, until_number, position, checked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
        program_id,
        wanted.id,
        wanted.state,
        wanted.under,
        None if wanted.versions is None else list(wanted.versions),
        wanted.from_at,
        wanted.until_at,
        None if wanted.facts is None else list(wanted.facts),
        wanted.reason,
        wanted.asked_by,
        wanted.asked_at,
        wanted.until_number,
        wanted.position,
        wanted.checked,
    )


async def by_id(reader: Reader, program_id: UUID, correction: UUID) -> Correction | None:
    """One correction."""
    statement = f"SELECT {_COLUMNS} FROM corrections WHERE program_id = $1 AND id = $2"
    row = await reader.row(statement, program_id, correction)
    return None if row is None else _correction(row)


async def lock(writer: Writer, program_id: UUID, correction: UUID) -> Correction | None:
    """One correction, which nobody else carries on until the transaction ends."""
    statement = f"SELECT {_COLUMNS} FROM corrections WHERE program_id = $1 AND id = $2 FOR UPDATE"
    row = await writer.row(statement, program_id, correction)
    return None if row is None else _correction(row)


async def page(reader: Reader, program_id: UUID, *, before: UUID | None, limit: int) -> list[Correction]:
    """Corrections, newest first."""
    statement = f"""SELECT {_COLUMNS} FROM corrections
        WHERE program_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"""
    return [_correction(row) for row in await reader.rows(statement, program_id, before, limit)]


async def waiting(reader: Reader) -> list[tuple[UUID, UUID, str]]:
    """The corrections that are under way, with their programme and state."""
    statement = """SELECT program_id, id, state FROM corrections WHERE state IN ('checking', 'applying')
        ORDER BY program_id, id"""
    return [(program_id, correction, state) for program_id, correction, state in await reader.rows(statement)]


async def carry_on(writer: Writer, program_id: UUID, correction: Correction) -> None:
    """How far it has come, and who has approved it."""
    await writer.write(
        """UPDATE corrections SET state = $3, position = $4, checked = $5, approved_by = $6, approved_at = $7
        WHERE program_id = $1 AND id = $2""",
        program_id,
        correction.id,
        correction.state,
        correction.position,
        correction.checked,
        correction.approved_by,
        correction.approved_at,
    )


async def purchases(
    reader: Reader, program_id: UUID, correction: Correction, *, limit: int
) -> tuple[list[tuple[UUID, UUID]], int]:
    """The next purchases of the journal (fact and member), and how far that is; its versions are not looked at."""
    statement = """SELECT j.number, j.id, j.member_id, j.kind = $6
            AND ($4::timestamptz IS NULL OR j.happened_at >= $4) AND ($5::timestamptz IS NULL OR j.happened_at < $5)
        FROM journal j WHERE j.program_id = $1 AND j.number > $2 AND j.number <= $3 ORDER BY j.number LIMIT $7"""
    rows = await reader.rows(
        statement,
        program_id,
        correction.position,
        correction.until_number,
        correction.from_at,
        correction.until_at,
        PURCHASES,
        limit,
    )
    reached = rows[-1][0] if rows else correction.until_number
    return [(fact, member) for _, fact, member, is_meant in rows if is_meant], reached


async def owners(reader: Reader, program_id: UUID, facts: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Those of these facts that are purchases, each with its member."""
    statement = """SELECT j.id, j.member_id FROM journal j
        WHERE j.program_id = $1 AND j.id = ANY($2::uuid[]) AND j.kind = $3 ORDER BY j.number"""
    return [(fact, member) for fact, member in await reader.rows(statement, program_id, list(facts), PURCHASES)]


async def add_lines(writer: Writer, program_id: UUID, correction: UUID, lines: Sequence[Line]) -> None:
    """Purchases that differ; one that is there already stays."""
    await writer.write(
        """INSERT INTO correction_lines (program_id, correction_id, fact_id, member_id, state, up, down, code)
        SELECT $1, $2, v.* FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::text[]) v
        ON CONFLICT (program_id, correction_id, fact_id) DO NOTHING""",
        program_id,
        correction,
        [line.fact for line in lines],
        [line.member for line in lines],
        [line.state for line in lines],
        [line.up for line in lines],
        [line.down for line in lines],
        [line.code for line in lines],
    )


async def settle(writer: Writer, program_id: UUID, correction: UUID, lines: Sequence[Line]) -> None:
    """What became of open lines."""
    await writer.write(
        """UPDATE correction_lines c SET state = v.state, up = v.up, down = v.down, code = v.code, booked_as = v.booked
        FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::uuid[])
            AS v(fact, state, up, down, code, booked)
        WHERE c.program_id = $1 AND c.correction_id = $2 AND c.fact_id = v.fact AND c.state = 'open'""",
        program_id,
        correction,
        [line.fact for line in lines],
        [line.state for line in lines],
        [line.up for line in lines],
        [line.down for line in lines],
        [line.code for line in lines],
        [line.booked_as for line in lines],
    )


async def lines(
    reader: Reader, program_id: UUID, correction: UUID, *, after: UUID | None, limit: int, state: str | None = None
) -> list[Line]:
    """The lines in the order of their purchases' ids."""
    statement = f"""SELECT {_LINE} FROM correction_lines WHERE program_id = $1 AND correction_id = $2
        AND ($3::uuid IS NULL OR fact_id > $3) AND ($5::text IS NULL OR state = $5) ORDER BY fact_id LIMIT $4"""
    return [_line(row) for row in await reader.rows(statement, program_id, correction, after, limit, state)]


async def largest(reader: Reader, program_id: UUID, correction: UUID, *, limit: int) -> list[Line]:
    """The lines with the most points."""
    statement = f"""SELECT {_LINE} FROM correction_lines WHERE program_id = $1 AND correction_id = $2
        AND up + down > 0 ORDER BY greatest(up, down) DESC, fact_id LIMIT $3"""
    return [_line(row) for row in await reader.rows(statement, program_id, correction, limit)]


async def sums(reader: Reader, program_id: UUID, correction: UUID) -> dict[str, Sums]:
    """The lines added up by their states."""
    statement = """SELECT state, count(*), count(DISTINCT member_id), sum(up)::bigint, sum(down)::bigint,
            max(greatest(up, down))
        FROM correction_lines WHERE program_id = $1 AND correction_id = $2 GROUP BY state"""
    return {
        state: Sums(purchases=purchases, members=members, up=up, down=down, largest=most)
        for state, purchases, members, up, down, most in await reader.rows(statement, program_id, correction)
    }
