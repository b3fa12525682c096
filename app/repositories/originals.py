"""The facts that commands are about, with what has ended them so far and whose they are."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.engine.codec import decode_change, decode_command
from app.engine.state import Account, Original
from app.repositories.database import Reader


async def originals(
    reader: Reader,
    program_id: UUID,
    named: Mapping[UUID, UUID | None],
    accounts: Mapping[UUID, Account],
    *,
    before: int = 2**63 - 1,
) -> dict[UUID, Original]:
    """The named facts with what has ended them so far, oldest first.

    Each is mapped to the member whose it must be, or to None where anybody's will do. A fact that is not in the
    journal, or is the fact of somebody else whose account does not go on in that member's, has no command. `before` a
    number of the journal means as it was then.
    """
    statement = """SELECT q.id, j.member_id, j.command, j.change, e.ids, e.latest
        FROM unnest($2::uuid[]) AS q(id)
        LEFT JOIN journal j ON j.program_id = $1 AND j.id = q.id AND j.number < $3
        LEFT JOIN LATERAL (
            SELECT array_agg(k.id ORDER BY k.number) AS ids,
                (array_agg(k.change ORDER BY k.number DESC))[1] AS latest
            FROM reversals r JOIN journal k ON k.program_id = $1 AND k.id = r.reversed_by
            WHERE r.program_id = $1 AND r.fact_id = q.id AND k.number < $3) e ON true"""
    return {
        fact: _original(fact, owner, named[fact], accounts, values)
        for fact, owner, *values in await reader.rows(statement, program_id, list(named), before)
    }


def _original(
    fact: UUID, owner: UUID | None, wanted: UUID | None, accounts: Mapping[UUID, Account], values: Sequence[Any]
) -> Original:
    command, change, reversed_by, latest = values
    foreign = wanted is not None and owner not in (wanted, None)
    if wanted is not None and foreign and not _goes_on(owner, accounts.get(wanted)):
        return Original(fact=fact, reversed_by=tuple(reversed_by or ()))
    return Original(
        fact=fact,
        command=decode_command(command) if command is not None else None,
        change=decode_change(change) if change is not None else None,
        reversed_by=tuple(reversed_by or ()),
        latest=decode_change(latest) if latest is not None else None,
        member=owner if foreign else None,
    )


def _goes_on(owner: UUID | None, account: Account | None) -> bool:
    """Whether the owner's account was merged into this one."""
    return account is not None and any(closed.member == owner for closed in account.continued)
