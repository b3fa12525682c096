"""`rung audit`: is everything as the journal says? On the running database, as the service, without stopping anybody.

Exit code 0: nothing was found. 1: something was. 2: the audit could not be carried out.
"""

import asyncio
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.cli.database import database_url
from app.cli.errors import CommandError
from app.commands.audit.report import CHECKS, Audited, Report
from app.commands.audit.run import NoSuchProgram, audit
from app.engine import typeids
from app.repositories.database import Database, Interrupted

FOUND, NOT_RUN = 1, 2

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
human = Console(stderr=True, highlight=False)


@cli.command()
def check(
    program: Annotated[str | None, typer.Option(help="The id of one programme (prg_…); without it, all.")] = None,
    effects_minutes: Annotated[
        int, typer.Option(help="How long a referral reward may be on its way.", min=0, max=10_000)
    ] = 10,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON to standard output.")] = False,
) -> None:
    """Check every invariant, fold the whole journal, and decide it again."""
    program_id = None if program is None else typeids.decode("prg", program)
    if program is not None and program_id is None:
        raise _not_run(f"{program} is no id of a programme.")
    try:
        with database_url() as url:
            report = asyncio.run(_audited(url, program_id, effects_minutes * 60))
    except NoSuchProgram:
        raise _not_run(f"There is no programme {program}.") from None
    except Interrupted as error:
        raise _not_run(f"The database does not answer: {error.__cause__}") from error
    except CommandError as error:
        raise _not_run(str(error)) from error
    except Exception as error:  # An audit that breaks off has found nothing and must not look as if it had.
        human.print_exception()
        raise _not_run("The audit broke off; see above.") from error
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(_described(report))).decode())
    for audited in report.programs:
        _show(audited)
    if not report.clean:
        raise typer.Exit(FOUND)


async def _audited(url: str, program_id: UUID | None, effects_age_s_max: int) -> Report:
    database = Database(url, connections=1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=human, transient=True) as bar:
            task = bar.add_task("")

            def progress(stage: str, done: int, total: int) -> None:
                bar.update(task, description=stage, completed=done, total=total)

            return await audit(database, program_id, progress, effects_age_s_max=effects_age_s_max)
    finally:
        await database.close()


def _not_run(reason: str) -> typer.Exit:
    human.print(f"[bold red]error:[/] {reason}", soft_wrap=True)
    return typer.Exit(NOT_RUN)


def _show(audited: Audited) -> None:
    human.print(f"\n[bold]{audited.name}[/] {typeids.encode('prg', audited.program_id)}")
    human.print(
        f"{audited.rows} journal rows of {audited.members} members, {audited.decided_again} decided again, "
        f"{audited.seconds} s"
    )
    if audited.differing:
        human.print(f"{audited.differing} rows of older releases would be decided differently today; nothing changes.")
    if audited.in_flight.rows:
        human.print(f"{audited.in_flight.rows} rows have effects on their way.")
    table = Table("points", "", box=None, pad_edge=False, show_header=False)
    for total in audited.totals:
        table.add_row(total.kind, f"{total.points:,}", f"in {total.entries:,} entries")
    table.add_row("balances", f"{audited.balance:,}", f"of which owed: {audited.debt:,}")
    human.print(table)
    for name, sentence in CHECKS.items():
        failures = audited.failures.get(name, 0)
        human.print(f"[red]✗[/] {sentence}: {failures}" if failures else f"[green]✓[/] {sentence}")
        for finding in audited.findings:
            if finding.check == name:
                row = f"row {finding.row} " if finding.row is not None else ""
                member = f"{typeids.encode('mbr', finding.member)} " if finding.member is not None else ""
                human.print(f"    {row}{member}{finding.message}", soft_wrap=True, markup=False)


def _described(report: Report) -> dict[str, object]:
    """The report with ids as callers know them."""
    programs = []
    for audited in report.programs:
        described = msgspec.to_builtins(audited)
        described["program_id"] = typeids.encode("prg", audited.program_id)
        for told, finding in zip(described["findings"], audited.findings, strict=True):
            told["member"] = None if finding.member is None else typeids.encode("mbr", finding.member)
        described["totals"] = {
            total.kind: {"points": total.points, "entries": total.entries} for total in audited.totals
        }
        described["tiers"] = {tier or "": members for tier, members in audited.tiers}
        programs.append(described)
    return {"clean": report.clean, "programs": programs}
