"""Copies of a database in which something has happened: audited, or changed behind the service's back and audited."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.cli.cluster import Urls
from app.commands.audit.report import Audited
from app.commands.audit.run import audit
from app.repositories.database import Database


def silent(stage: str, done: int, total: int) -> None:
    assert stage in {"sums", "chain", "fold"}
    assert 0 <= done <= total


@dataclass(frozen=True)
class Copy:
    """A database in which it has all happened, and its one programme."""

    urls: Urls
    program_id: UUID


async def audited(copy: Copy) -> Audited:
    database = Database(copy.urls.app, connections=1)
    try:
        report = await audit(database, copy.program_id, silent)
    finally:
        await database.close()
    (program,) = report.programs
    assert report.clean is (not program.failures)
    return program


async def corrupted(copy: Copy, statement: str) -> dict[str, list[str]]:
    """What the audit says after the owner has run a statement: messages by check."""
    connection = await asyncpg.connect(copy.urls.owner.replace("+asyncpg", ""))
    try:
        done = await connection.execute(statement, copy.program_id)
        assert done.split()[-1] != "0", done
    finally:
        await connection.close()
    program = await audited(copy)
    found: dict[str, list[str]] = {}
    for finding in program.findings:
        found.setdefault(finding.check, []).append(finding.message)
    assert {check: len(messages) for check, messages in found.items()} == program.failures
    return found
