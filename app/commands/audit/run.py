"""One audit: every check on every programme, each programme in one snapshot that nobody can write through."""

import time
from typing import Final
from uuid import UUID

from app.commands.audit.folding import check_fold
from app.commands.audit.links import check_links
from app.commands.audit.report import Audited, Findings, Progress, Report
from app.commands.audit.sums import check_in_flight, check_sums, check_totals
from app.commands.audit.totals import check_days
from app.commands.timelines import Timelines
from app.repositories import auditing, programs
from app.repositories.database import Database

EFFECTS_AGE_S_MAX: Final = 600


class NoSuchProgram(Exception):
    """There is no programme of this id."""


async def audit(
    database: Database,
    program_id: UUID | None,
    progress: Progress,
    *,
    effects_age_s_max: int = EFFECTS_AGE_S_MAX,
) -> Report:
    """Audit one programme, or all of them. Raises NoSuchProgram, and Interrupted when the database does."""
    if program_id is not None:
        return Report(programs=(await _audited(database, program_id, progress, effects_age_s_max),))
    async with database.glancing() as reader:
        ids = await auditing.program_ids(reader)
    return Report(programs=tuple([await _audited(database, each, progress, effects_age_s_max) for each in ids]))


async def _audited(database: Database, program_id: UUID, progress: Progress, effects_age_s_max: int) -> Audited:
    started = time.monotonic()
    findings = Findings()
    async with database.snapshot() as snapshot:
        await auditing.prepare(snapshot)
        listed = await programs.by_id(snapshot, program_id)
        if listed is None:
            raise NoSuchProgram(program_id)
        sizes = await auditing.sizes(snapshot, program_id)
        totals = await auditing.totals(snapshot, program_id)
        in_flight = await auditing.in_flight(snapshot, program_id)
        progress("sums", 0, sizes.rows)
        await check_sums(snapshot, program_id, findings)
        check_totals(sizes, totals, findings)
        check_in_flight(in_flight, effects_age_s_max, findings)
        await check_days(snapshot, listed.program, findings)
        await check_links(snapshot, program_id, sizes, findings, progress)
        timeline = await Timelines().upto(snapshot, program_id, sizes.rulebooks)
        folding = await check_fold(snapshot, listed.program, timeline, sizes, findings, progress)
        tiers = await auditing.tiers(snapshot, program_id)
    return Audited(
        program_id=program_id,
        name=listed.program.name,
        members=sizes.members,
        rows=sizes.rows,
        decided_again=folding.decided_again,
        differing=folding.differing,
        balance=sizes.balance,
        debt=sizes.debt,
        totals=tuple(totals),
        tiers=tuple(tiers),
        in_flight=in_flight,
        failures=findings.failures,
        findings=findings.kept,
        seconds=round(time.monotonic() - started),
    )
