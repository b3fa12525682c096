"""Erasure: what of a member is destroyed, and the books that must be the same after it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, json

from app.repositories.database import Reader, Writer

# How many rows of a journal one statement looks through for those of one member: there is no index for it, because
# every purchase would pay for what is asked once in a member's life.
ROWS_AT_ONCE = 100_000
# What members have told of themselves beside the profile.
TOLD = ("member_details", "member_devices", "member_codes", "referral_answers", "member_nicknames")


class Books(Struct, frozen=True, kw_only=True):
    """The end of the journal and what the ledger says of one member. Erasure changes none of it."""

    journal_number: int
    journal_chain: str
    balance: int
    entries: int
    entries_points: int
    lots: int
    lots_remaining: int


class Destroyed(Struct, frozen=True, kw_only=True):
    """How much is no more, by the place where it was."""

    profile_fields: int
    identifiers: int
    consent_notes: int
    metadata: int
    secrets: int
    # Proofs of before there were any say nothing of them.
    details: int = 0


class Proof(Struct, frozen=True, kw_only=True):
    """What an erasure destroyed, and the books before and after it."""

    erased_at: datetime
    destroyed: Destroyed
    before: Books
    after: Books


async def lock(writer: Writer, program_id: UUID, member: UUID) -> bool:
    """Keep the lanes from this member until the transaction ends. False if there is no such member."""
    row = await writer.row(
        "SELECT true FROM accounts WHERE program_id = $1 AND member_id = $2 FOR UPDATE", program_id, member
    )
    return row is not None


async def books(reader: Reader, program_id: UUID, member: UUID) -> Books:
    """The books as they are, over all wallets."""
    row = await reader.row(
        "SELECT c.number, encode(c.chain, 'hex'),"
        " a.balance + (SELECT coalesce(sum(p.balance), 0)::bigint FROM purses p"
        "  WHERE p.program_id = $1 AND p.member_id = $2),"
        " e.count, e.points, l.count, l.remaining"
        " FROM program_counters c, accounts a,"
        " (SELECT count(*) AS count, coalesce(sum(points), 0)::bigint AS points FROM entries"
        "  WHERE program_id = $1 AND member_id = $2) e,"
        " (SELECT count(*) AS count, coalesce(sum(remaining), 0)::bigint AS remaining FROM lots"
        "  WHERE program_id = $1 AND member_id = $2) l"
        " WHERE c.program_id = $1 AND a.program_id = $1 AND a.member_id = $2",
        program_id,
        member,
    )
    return Books(**dict(zip(Books.__struct_fields__, row, strict=True)))


async def journal_end(reader: Reader, program_id: UUID) -> int:
    """The number of the journal's last row."""
    (number,) = await reader.row("SELECT number FROM program_counters WHERE program_id = $1", program_id)
    return int(number)


async def with_metadata(
    reader: Reader, program_id: UUID, members: Sequence[UUID], *, after: int, until: int
) -> Sequence[UUID]:
    """The facts of members that callers attached data to, among the journal's rows after one number up to another."""
    found: list[UUID] = []
    for first in range(after, until, ROWS_AT_ONCE):
        rows = await reader.rows(
            "SELECT j.id FROM journal j JOIN purchase_metadata m ON m.program_id = j.program_id AND m.fact_id = j.id"
            " WHERE j.program_id = $1 AND j.member_id = ANY($2::uuid[]) AND j.number > $3 AND j.number <= $4"
            " ORDER BY j.number",
            program_id,
            list(members),
            first,
            min(first + ROWS_AT_ONCE, until),
        )
        found += [row[0] for row in rows]
    return found


async def destroy(
    writer: Writer,
    program_id: UUID,
    members: Sequence[UUID],
    *,
    facts: Sequence[UUID],
    referral_codes: Sequence[str],
    at: datetime,
) -> Destroyed:
    """Everything personal about one person's ids goes. The codes, one an id, were told to nobody. Lock first."""

    async def done(statement: str, *parameters: object) -> int:
        return sum([row[0] for row in await writer.rows(statement, program_id, *parameters)])

    ids, theirs = list(members), "WHERE program_id = $1 AND member_id = ANY($2::uuid[])"
    return Destroyed(
        profile_fields=await done(
            "UPDATE members m SET name = NULL, phone = NULL, referral_code = q.code, updated_at = $4, erased_at = $4"
            " FROM unnest($2::uuid[], $3::text[]) AS q(id, code)"
            " JOIN members o ON o.program_id = $1 AND o.id = q.id WHERE m.program_id = $1 AND m.id = q.id"
            " RETURNING num_nonnulls(o.name, o.phone)",
            ids,
            list(referral_codes),
            at,
        ),
        identifiers=await done(f"DELETE FROM member_identifiers {theirs} RETURNING 1", ids),
        consent_notes=await done(f"UPDATE consents SET note = NULL {theirs} AND note IS NOT NULL RETURNING 1", ids),
        metadata=await done(
            "DELETE FROM purchase_metadata WHERE program_id = $1 AND fact_id = ANY($2::uuid[]) RETURNING 1",
            list(facts),
        )
        + await done(
            f"UPDATE adjustment_requests SET metadata = '{{}}' {theirs} AND metadata <> '{{}}' RETURNING 1", ids
        ),
        secrets=await done(f"DELETE FROM member_secrets {theirs} RETURNING 1", ids),
        details=sum([await done(f"DELETE FROM {table} {theirs} RETURNING 1", ids) for table in TOLD]),
    )


async def keep(writer: Writer, program_id: UUID, member: UUID, proof: Proof) -> None:
    """The proof stays for good: it names nobody."""
    await writer.write(
        "INSERT INTO erasures (program_id, member_id, erased_at, proof) VALUES ($1, $2, $3, $4::text::jsonb)",
        program_id,
        member,
        proof.erased_at,
        json.encode(proof).decode(),
    )


async def proof(reader: Reader, program_id: UUID, member: UUID) -> Proof | None:
    """The proof that this member was erased."""
    row = await reader.row(
        "SELECT proof::text FROM erasures WHERE program_id = $1 AND member_id = $2", program_id, member
    )
    return None if row is None else json.decode(row[0], type=Proof)
