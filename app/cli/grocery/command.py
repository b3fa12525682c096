"""`rung demo grocery`: the command, its progress bar, its report, and the audit at the end."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from app.cli import documents
from app.cli.api import Api
from app.cli.errors import CommandError
from app.cli.grocery import journey
from app.cli.grocery.opening import RULEBOOK, Programme, open_programme, rfc3339
from app.cli.grocery.policy import Policy
from app.cli.grocery.replay import Replay
from app.cli.grocery.totals import Totals, totals
from app.cli.home import default_home, known_secret

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
console = Console(stderr=True, highlight=False)
HERE = "http://127.0.0.1:8000"


@cli.callback()
def main() -> None:
    """Real data, replayed into a running service."""


@cli.command()
def grocery(
    *,
    url: Annotated[str, typer.Option(envvar="RUNG_URL", help="The address of the service.")] = HERE,
    rulebook: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="Another rulebook, in JSON or YAML, such as the supermarket's."),
    ] = RULEBOOK,
    households: Annotated[int | None, typer.Option(min=1, help="Only so many of the 2 469.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=365, help="Only so many days of the year.")] = None,
    audit: Annotated[bool, typer.Option(help="Audit the programme at the end.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Replay a year of grocery baskets into a sandbox programme, then say what became of the points."""
    document = documents.read(rulebook)
    console.print("Reading the baskets …")
    year = journey.load(households)
    with Api(url, _operator_token()) as operator, _progress() as progress:
        enrolling = progress.add_task("Households", total=len(year.households))
        programme = open_programme(operator, url, year, document, lambda: progress.advance(enrolling))
        living = progress.add_task("Baskets", total=year.basket_count)

        def told(day: object, baskets: int) -> None:
            progress.update(living, advance=baskets, description=f"Baskets of {day}")

        replay = Replay(programme, Policy(), told)
        clock = replay.run(year, days)
    console.print("Adding up every entry …")
    result = _result(programme, replay, totals(programme), rfc3339(clock))
    if audit:
        result["audit"] = _audit(programme.id, as_json=as_json)
    programme.api.close()
    if as_json:
        print(json.dumps(result, indent=2))
    else:
        _show(result)
    if audit and result["audit"] != "clean":
        raise CommandError(f"The audit of {programme.id} is not clean.")


def _operator_token() -> str:
    token = os.environ.get("RUNG_OPERATOR_TOKEN") or known_secret(default_home(), "operator")
    if token is None:
        raise CommandError("Start the service with `make serve`, or set RUNG_OPERATOR_TOKEN to its operator token.")
    return token


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console)


def _result(programme: Programme, replay: Replay, found: Totals, clock: str) -> dict[str, Any]:
    counted = replay.counted
    batch_ms = quantiles(counted.batch_ms, n=100) if len(counted.batch_ms) > 1 else [0.0] * 99
    return {
        "program": programme.id,
        "clock": clock,
        "households": len(programme.members),
        "purchases": counted.purchases,
        "lines": counted.lines,
        "refunds": counted.refunds,
        "redemptions": counted.redemptions,
        "seconds": round(counted.seconds, 1),
        "purchases_per_s": round(counted.purchases / counted.seconds),
        "lines_per_s": round(counted.lines / counted.seconds),
        "batch_p50_ms": round(batch_ms[49], 1),
        "batch_p99_ms": round(batch_ms[98], 1),
        "retried": counted.retried,
        **asdict(found),
    }


def _audit(program: str, *, as_json: bool) -> str:
    """The verdict of `rung audit`, which prints its own report to standard error."""
    command = [sys.executable, "-m", "app.cli", "audit", "--program", program, *(["--json"] if as_json else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    return {0: "clean", 1: "findings"}.get(done.returncode, "could not run")


def _show(result: dict[str, Any]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in result.items():
        if name == "tiers":
            for tier, members in value.items():
                table.add_row(f"members in {tier}", f"{members:,}")
        else:
            table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int | float) else value)
    Console(highlight=False).print(table)
