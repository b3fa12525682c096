"""Voucher codes and pools of imported codes."""

from collections.abc import Sequence
from uuid import UUID

from app.repositories.database import Reader, Writer


async def by_code(reader: Reader, program_id: UUID, code: str) -> UUID | None:
    """The redemption that issued a code."""
    statement = "SELECT fact_id FROM voucher_codes WHERE program_id = $1 AND code = $2"
    rows = await reader.rows(statement, program_id, code)
    return rows[0][0] if rows else None


async def codes_of(reader: Reader, program_id: UUID, fact: UUID) -> tuple[str, ...]:
    """The codes that a redemption handed out, in order."""
    statement = "SELECT code FROM voucher_codes WHERE program_id = $1 AND fact_id = $2 ORDER BY place"
    return tuple(code for (code,) in await reader.rows(statement, program_id, fact))


async def add_codes(writer: Writer, program_id: UUID, pool: str, codes: Sequence[str]) -> tuple[int, int]:
    """Append codes that no pool of the programme has yet. Returns how many were new, and how many there are now."""
    await writer.write(
        "INSERT INTO code_pools (program_id, pool, size) VALUES ($1, $2, 0) ON CONFLICT (program_id, pool) DO NOTHING",
        program_id,
        pool,
    )
    (size,) = await writer.row(
        "SELECT size FROM code_pools WHERE program_id = $1 AND pool = $2 FOR UPDATE", program_id, pool
    )
    statement = """SELECT v.code FROM unnest($2::text[]) WITH ORDINALITY AS v(code, place)
        WHERE NOT EXISTS (SELECT FROM pool_codes c WHERE c.program_id = $1 AND c.code = v.code)
        GROUP BY v.code ORDER BY min(v.place)"""
    fresh = [code for (code,) in await writer.rows(statement, program_id, list(codes))]
    await writer.write(
        """INSERT INTO pool_codes (program_id, pool, place, code)
        SELECT $1, $2, $3 + v.place - 1, v.code FROM unnest($4::text[]) WITH ORDINALITY AS v(code, place)""",
        program_id,
        pool,
        size,
        fresh,
    )
    await writer.write(
        "UPDATE code_pools SET size = $3 WHERE program_id = $1 AND pool = $2", program_id, pool, size + len(fresh)
    )
    return len(fresh), size + len(fresh)
