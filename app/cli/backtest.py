"""`rung backtest`: decide a programme's real history again under another rulebook, and say what would be different.

It reads in transactions that cannot write, in as many processes as there are cores. Nothing is kept but what it prints.
"""

import asyncio
import json
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app.cli import documents
from app.cli.database import database_url
from app.cli.errors import CommandError
from app.commands.backtest.jobs import Job
from app.commands.backtest.page import page
from app.commands.backtest.report import Report, Worth, report
from app.commands.backtest.run import Broken, Done, run
from app.engine import typeids
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from app.repositories import auditing, programs, valuations
from app.repositories.database import Database, Interrupted
from app.repositories.programs import Program

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
human = Console(stderr=True, highlight=False)

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="The draft: a rulebook in JSON, or in YAML (.yaml, .yml).")
]
Since = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="The local day from which it holds; without it, always."),
]


@cli.command()
def backtest(
    file: File,
    *,
    program: Annotated[str | None, typer.Option(help="The programme (prg_…), where there are several.")] = None,
    since: Since = None,
    worth: Annotated[
        str | None,
        typer.Option(help="What a point costs, in the currency's smallest unit, such as 0.8 or 4/5; else as valued."),
    ] = None,
    processes: Annotated[int | None, typer.Option(min=1, max=256, help="As many as there are cores.")] = None,
    html: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the report as a page to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON to standard output.")] = False,
) -> None:
    """Say who would have earned, spent and reached what under this rulebook. Changes nothing."""
    found = check(documents.read(file), None)
    if not isinstance(found, Rulebook):
        raise CommandError(f"{file} is no rulebook yet: {found[0].pointer} {found[0].detail}")
    text = found.model_dump_json(by_alias=True)
    value = None if worth is None else _ratio(worth)
    started = time.monotonic()
    try:
        with database_url() as url:
            told, done, programme = asyncio.run(_backtested(url, program, text, since, value, processes))
    except Interrupted as error:
        raise CommandError(f"The database does not answer: {error.__cause__}") from error
    except Broken as error:
        raise CommandError(f"A process broke off:\n{error}") from error
    seconds = time.monotonic() - started
    human.print(f"{done.extent.rows:,} rows in {seconds:.1f} s, {done.processes} processes")
    if html is not None:
        html.write_text(page(told, file.stem, programme.name), encoding="utf-8")
    if as_json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _show(told)


async def _backtested(
    url: str,
    wanted: str | None,
    document: str,
    since: datetime | None,
    value: tuple[int, int] | None,
    processes: int | None,
) -> tuple[Report, Done, Program]:
    database = Database(url, connections=1)
    try:
        programme, worth = await _programme(database, wanted)
    finally:
        await database.close()
    if value is not None:
        worth = {**worth, "": value}
    from_us = None
    if since is not None:
        from_us = int(since.replace(tzinfo=ZoneInfo(programme.zone)).astimezone(UTC).timestamp()) * 1_000_000
    job = Job(program_id=programme.id, document=document, from_us=from_us)
    columns = (TextColumn("decided again"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=human, transient=True) as bar:
        task = bar.add_task("")
        done = await run(url, job, lambda n, of: bar.update(task, completed=n, total=of), processes=processes)
    return report(done, programme, worth, from_us), done, programme


async def _programme(database: Database, wanted: str | None) -> tuple[Program, Worth]:
    """The programme that is meant, and what its points are held to be worth today."""
    async with database.glancing() as reader:
        ids = await auditing.program_ids(reader)
        chosen: UUID | None = ids[0] if len(ids) == 1 and wanted is None else typeids.decode("prg", wanted or "")
        if chosen is None or chosen not in ids:
            there = ", ".join(typeids.encode("prg", each) for each in ids[:10])
            raise CommandError(f"Name the programme with --program. There are: {there or 'none'}.")
        listed = await programs.by_id(reader, chosen)
        assert listed is not None, "it was listed"
        today = datetime.now(ZoneInfo(listed.program.zone)).toordinal()
        valued = await valuations.in_force(reader, chosen, today)
    return listed.program, {wallet: (each.numerator, each.denominator) for wallet, each in valued.items()}


def _ratio(text: str) -> tuple[int, int]:
    try:
        ratio = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise CommandError(f"{text} is no value of a point, such as 0.8 or 4/5.") from None
    if ratio < 0:
        raise CommandError("A point is not worth less than nothing.")
    return ratio.numerator, ratio.denominator


def _show(told: Report) -> None:
    console = Console(highlight=False)
    for wallet in told["wallets"]:
        table = Table(wallet["wallet"], "as it was", "under the draft", "difference", box=None, pad_edge=False)
        for heading in ("issued", "redeemed", "expired", "reversed", "adjusted", "transferred", "outstanding"):
            was, now = wallet[heading]["was"], wallet[heading]["now"]
            table.add_row(heading, f"{was:,}", f"{now:,}", f"{now - was:+,}")
        console.print(table)
    people = told["members_by_difference"]
    console.print(f"\n{people['better']:,} members earn more, {people['worse']:,} less, {people['same']:,} the same.")
    moved = sum(each["members"] for each in told["tier_changes"])
    console.print(f"{moved:,} members change tier.")
    rules = Table("rule", "points as it was", "points now", box=None, pad_edge=False)
    for each in told["rules"]:
        rules.add_row(Text(each["rule"]), f"{each['was']['granted']:,}", f"{each['now']['granted']:,}")
    console.print(rules)
    for each in told["refused"]:
        console.print(f"{each['times']:,} × {each['kind']} refused: {each['code']}, {each['points']:,} points asked")
    for each in told["assumptions"]:
        count = "" if each["count"] is None else f" ({each['count']:,})"
        console.print(f"[dim]{each['text']}{count}[/]")
