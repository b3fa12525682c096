"""What has been counted of members, loaded for a whole batch at once: counters by day, and all days together."""

from collections.abc import Mapping
from uuid import UUID

from app.engine.estate import Counted
from app.engine.state import Ever
from app.engine.wanted import Needs
from app.repositories.database import Reader


async def load_counters(reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs]) -> dict[UUID, list[Counted]]:
    """Counters, in the order of their names and days; for an estate all of them."""
    named: list[tuple[UUID, str | None, int, int]] = []
    for member, needs in wanted.items():
        named += [(member, span.name or None, span.first_day, span.past_day) for span in needs.counters]
        if needs.estate:
            named.append((member, None, 0, 0))
    if not named:
        return {}
    statement = """SELECT c.member_id, c.name, c.count, c.day
        FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) AS q(member_id, name, first_day, past_day)
        JOIN counters c ON c.program_id = $1 AND c.member_id = q.member_id
            AND (q.name IS NULL OR c.name = q.name AND c.day >= q.first_day AND c.day < q.past_day)
        ORDER BY c.member_id, c.name COLLATE "C", c.day"""
    counters: dict[UUID, dict[tuple[str, int], Counted]] = {}
    columns = map(list, zip(*named, strict=True))
    for member, name, count, day in await reader.rows(statement, program_id, *columns):
        counters.setdefault(member, {})[name, day] = Counted(name=name, count=count, day=day)
    return {member: list(found.values()) for member, found in counters.items()}


async def load_ever(reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs]) -> dict[UUID, Ever]:
    """What all days of each member that needs it have counted together."""
    asked = [member for member, needs in wanted.items() if needs.ever]
    if not asked:
        return {}
    statement = """SELECT q.member_id, coalesce(sum(t.points), 0)::bigint, coalesce(sum(t.spend_minor), 0)::bigint,
            coalesce(sum(t.visits), 0)::bigint
        FROM unnest($2::uuid[]) AS q(member_id)
        LEFT JOIN tallies t ON t.program_id = $1 AND t.member_id = q.member_id GROUP BY q.member_id"""
    return {
        member: Ever(points=points, spend_minor=spend_minor, visits=visits)
        for member, points, spend_minor, visits in await reader.rows(statement, program_id, asked)
    }
