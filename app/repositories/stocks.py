"""What all members of a programme share: rewards in stock, codes of pools, what staff may give in a day."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from app.engine.context import Stock
from app.repositories.database import Reader, Writer

POOL: Final = "pool/"


async def lock(writer: Writer, program_id: UUID, names: Iterable[str]) -> dict[str, Stock]:
    """Lock these stocks in the order of their names; one that nobody has taken from yet begins with nothing taken."""
    ordered = sorted(set(names))
    await writer.write(
        """INSERT INTO stocks (program_id, name) SELECT $1, q.name FROM unnest($2::text[]) AS q(name)
        WHERE NOT EXISTS (SELECT FROM stocks s WHERE s.program_id = $1 AND s.name = q.name)
        ORDER BY q.name COLLATE "C" ON CONFLICT DO NOTHING""",
        program_id,
        ordered,
    )
    statement = """SELECT s.name, s.taken FROM stocks s WHERE s.program_id = $1 AND s.name = ANY($2::text[])
        ORDER BY s.name COLLATE "C" FOR UPDATE"""
    return await _sized(writer, program_id, await writer.rows(statement, program_id, ordered))


async def look(reader: Reader, program_id: UUID, names: Iterable[str]) -> dict[str, Stock]:
    """The same as they are, for a quote."""
    statement = """SELECT q.name, coalesce(s.taken, 0) FROM unnest($2::text[]) AS q(name)
        LEFT JOIN stocks s ON s.program_id = $1 AND s.name = q.name"""
    return await _sized(reader, program_id, await reader.rows(statement, program_id, sorted(set(names))))


async def _sized(reader: Reader, program_id: UUID, taken: Sequence[tuple[str, int]]) -> dict[str, Stock]:
    """How much there is of what was imported; of everything else the rulebook says it."""
    pools = [name.removeprefix(POOL) for name, _ in taken if name.startswith(POOL)]
    sizes: dict[str, int] = {}
    if pools:
        statement = "SELECT pool, size FROM code_pools WHERE program_id = $1 AND pool = ANY($2::text[])"
        sizes = {f"{POOL}{pool}": size for pool, size in await reader.rows(statement, program_id, pools)}
        sizes = {f"{POOL}{pool}": sizes.get(f"{POOL}{pool}", 0) for pool in pools}
    return {name: Stock(name=name, taken=amount, size=sizes.get(name)) for name, amount in taken}
