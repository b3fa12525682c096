"""Shadows: drafts that are decided beside the rulebook in force, how far they are, and where the two differ."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json

from app.engine.decisions.anew import Seen
from app.repositories.database import Reader, Writer

# The numbers under which the journal files them.
PURCHASE: Final = 2
ACTIVITY: Final = 50


class Shadow(Struct, frozen=True, kw_only=True):
    """A draft, as it was when it began to be decided beside the rulebook in force. `document` is JSON text.

    All rows of the journal after `from_number` up to `number` were looked at; of the purchases and activities among
    them `compared` were judged, `unknown` could not be. The points are what refunds have left.
    """

    id: UUID
    draft: UUID
    revision: int
    document: str
    state: str
    from_number: int
    number: int
    started_at: datetime
    started_by: UUID
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None
    compared: int = 0
    unknown: int = 0
    live_points: int = 0
    draft_points: int = 0


class Why(Struct, frozen=True, kw_only=True):
    """What each rule gave under both."""

    live: dict[str, int]
    draft: dict[str, int]


class Difference(Struct, frozen=True, kw_only=True):
    """What members have of an activity of a kind under both. `counts` is by how much more of it counts towards tiers.

    It is also kept where nothing `differs` any more, or yet, when what the draft has `seen` would not be known else.
    """

    number: int
    fact: UUID
    member: UUID
    kind: int
    live_points: int
    draft_points: int
    counts: int
    differs: bool
    why: Why
    seen: Seen | None = None


class Summary(Struct, frozen=True, kw_only=True):
    """The differences added up."""

    differing: int
    members: int
    up: int
    down: int


_COLUMNS = """id, draft_id, revision, document::text, state, from_number, number, started_at, started_by, stopped_at,
    stopped_by, compared, unknown, live_points, draft_points"""
_DIFFERENCE = """number, fact_id, member_id, kind, live_points, draft_points, counts, differs, why::text, seen::text"""


def _shadow(row: Sequence[Any]) -> Shadow:
    shadow, draft, revision, document, state, first, number, started_at, started_by, *rest = row
    stopped_at, stopped_by, compared, unknown, live, drafted = rest
    return Shadow(
        id=shadow,
        draft=draft,
        revision=revision,
        document=document,
        state=state,
        from_number=first,
        number=number,
        started_at=started_at,
        started_by=started_by,
        stopped_at=stopped_at,
        stopped_by=stopped_by,
        compared=compared,
        unknown=unknown,
        live_points=int(live),
        draft_points=int(drafted),
    )


def _difference(row: Sequence[Any]) -> Difference:
    number, fact, member, kind, live, drafted, counts, differs, why, seen = row
    return Difference(
        number=number,
        fact=fact,
        member=member,
        kind=kind,
        live_points=live,
        draft_points=drafted,
        counts=counts,
        differs=differs,
        why=json.decode(why, type=Why),
        seen=None if seen is None else json.decode(seen, type=Seen),
    )


async def insert(writer: Writer, program_id: UUID, shadow: Shadow) -> None:
    """A shadow that begins."""
    await writer.write(
        """INSERT INTO rulebook_shadows (program_id, id, draft_id, revision, document, state, from_number, number,
            started_at, started_by, compared, unknown, live_points, draft_points)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0)""",
        program_id,
        shadow.id,
        shadow.draft,
        shadow.revision,
        shadow.document,
        shadow.state,
        shadow.from_number,
        shadow.number,
        shadow.started_at,
        shadow.started_by,
    )


async def latest(reader: Reader, program_id: UUID, draft: UUID) -> Shadow | None:
    """The latest shadow of a draft."""
    statement = f"""SELECT {_COLUMNS} FROM rulebook_shadows WHERE program_id = $1 AND draft_id = $2
        ORDER BY id DESC LIMIT 1"""
    row = await reader.row(statement, program_id, draft)
    return None if row is None else _shadow(row)


async def lock(writer: Writer, program_id: UUID, shadow: UUID) -> Shadow | None:
    """One shadow, which nobody else carries on until the transaction ends."""
    statement = f"SELECT {_COLUMNS} FROM rulebook_shadows WHERE program_id = $1 AND id = $2 FOR UPDATE"
    row = await writer.row(statement, program_id, shadow)
    return None if row is None else _shadow(row)


async def running(reader: Reader) -> list[tuple[UUID, UUID]]:
    """Programmes and their shadows whose journals have gone on."""
    statement = """SELECT s.program_id, s.id FROM rulebook_shadows s
        JOIN program_counters c ON c.program_id = s.program_id AND c.number > s.number
        WHERE s.state = 'running' ORDER BY s.program_id, s.id"""
    return [(program_id, shadow) for program_id, shadow in await reader.rows(statement)]


async def count_running(reader: Reader, program_id: UUID) -> int:
    """How many of a programme run."""
    found: int
    statement = "SELECT count(*) FROM rulebook_shadows WHERE program_id = $1 AND state = 'running'"
    (found,) = await reader.row(statement, program_id)
    return found


async def carry_on(writer: Writer, program_id: UUID, shadow: Shadow) -> None:
    """How far it is."""
    await writer.write(
        """UPDATE rulebook_shadows SET number = $3, compared = $4, unknown = $5, live_points = $6, draft_points = $7
        WHERE program_id = $1 AND id = $2""",
        program_id,
        shadow.id,
        shadow.number,
        shadow.compared,
        shadow.unknown,
        shadow.live_points,
        shadow.draft_points,
    )


async def stop(writer: Writer, program_id: UUID, shadow: UUID, *, at: datetime, by: UUID) -> None:
    """It runs no more; what it found is kept."""
    await writer.write(
        """UPDATE rulebook_shadows SET state = 'stopped', stopped_at = $3, stopped_by = $4
        WHERE program_id = $1 AND id = $2 AND state = 'running'""",
        program_id,
        shadow,
        at,
        by,
    )


async def keep(writer: Writer, program_id: UUID, shadow: UUID, found: Sequence[Difference]) -> None:
    """Activities as they are now, each instead of what had been kept of it."""
    await writer.write(
        """INSERT INTO shadow_differences (program_id, shadow_id, number, fact_id, member_id, kind, live_points,
            draft_points, counts, differs, why, seen)
        SELECT $1, $2, v.number, v.fact, v.member, v.kind, v.live, v.drafted, v.counts, v.differs, v.why::json,
            v.seen::json
        FROM unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::smallint[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::boolean[], $11::text[], $12::text[])
            AS v(number, fact, member, kind, live, drafted, counts, differs, why, seen)
        ON CONFLICT (program_id, shadow_id, number) DO UPDATE SET live_points = excluded.live_points,
            draft_points = excluded.draft_points, counts = excluded.counts, differs = excluded.differs,
            why = excluded.why, seen = excluded.seen""",
        program_id,
        shadow,
        [each.number for each in found],
        [each.fact for each in found],
        [each.member for each in found],
        [each.kind for each in found],
        [each.live_points for each in found],
        [each.draft_points for each in found],
        [each.counts for each in found],
        [each.differs for each in found],
        [json.encode(each.why).decode() for each in found],
        [None if each.seen is None else json.encode(each.seen).decode() for each in found],
    )


async def of_numbers(reader: Reader, program_id: UUID, shadow: UUID, numbers: Sequence[int]) -> dict[int, Difference]:
    """What is kept of these rows of the journal, by their numbers."""
    statement = f"""SELECT {_DIFFERENCE} FROM shadow_differences
        WHERE program_id = $1 AND shadow_id = $2 AND number = ANY($3::bigint[])"""
    found = [_difference(row) for row in await reader.rows(statement, program_id, shadow, list(numbers))]
    return {each.number: each for each in found}


async def page(reader: Reader, program_id: UUID, shadow: UUID, *, after: int | None, limit: int) -> list[Difference]:
    """Activities that differ, in the order of the journal."""
    statement = f"""SELECT {_DIFFERENCE} FROM shadow_differences WHERE program_id = $1 AND shadow_id = $2
        AND ($3::bigint IS NULL OR number > $3) AND differs ORDER BY number LIMIT $4"""
    return [_difference(row) for row in await reader.rows(statement, program_id, shadow, after, limit)]


async def summary(reader: Reader, program_id: UUID, shadow: UUID) -> Summary:
    """All differences added up."""
    statement = """SELECT count(*), count(DISTINCT member_id),
            coalesce(sum(greatest(draft_points - live_points, 0)), 0)::bigint,
            coalesce(sum(greatest(live_points - draft_points, 0)), 0)::bigint
        FROM shadow_differences WHERE program_id = $1 AND shadow_id = $2 AND differs"""
    differing, members, up, down = await reader.row(statement, program_id, shadow)
    return Summary(differing=differing, members=members, up=up, down=down)


async def rules(reader: Reader, program_id: UUID, shadow: UUID, *, limit: int) -> list[tuple[str, int, int]]:
    """What each rule gave under both, where they differ: those first that differ most."""
    statement = """SELECT rule, coalesce(sum(live), 0)::bigint, coalesce(sum(drafted), 0)::bigint FROM (
            SELECT e.key AS rule, e.value::bigint AS live, NULL::bigint AS drafted
            FROM shadow_differences d, json_each_text(d.why -> 'live') e
            WHERE d.program_id = $1 AND d.shadow_id = $2 AND d.differs
            UNION ALL
            SELECT e.key, NULL, e.value::bigint
            FROM shadow_differences d, json_each_text(d.why -> 'draft') e
            WHERE d.program_id = $1 AND d.shadow_id = $2 AND d.differs
        ) r GROUP BY rule ORDER BY abs(coalesce(sum(live), 0) - coalesce(sum(drafted), 0)) DESC, rule LIMIT $3"""
    return [(rule, live, drafted) for rule, live, drafted in await reader.rows(statement, program_id, shadow, limit)]


async def counted(reader: Reader, program_id: UUID, shadow: UUID, *, limit: int) -> dict[UUID, int]:
    """By how much more each member's tally would have, those first of whom it is most."""
    statement = """SELECT member_id, sum(counts)::bigint FROM shadow_differences
        WHERE program_id = $1 AND shadow_id = $2 AND differs GROUP BY member_id HAVING sum(counts) <> 0
        ORDER BY abs(sum(counts)) DESC, member_id LIMIT $3"""
    found = await reader.rows(statement, program_id, shadow, limit)
    return dict(tuple(row) for row in found)
