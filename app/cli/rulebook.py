"""`rung rulebook`: check a rulebook before it is published, and print the schema of one."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.errors import CommandError
from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.refund_order import order_matters
from app.engine.rulebook.schema import json_schema

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A rulebook in JSON.")]
Previous = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="The version that it shall follow, whose tiers it must keep."),
]
Machine = Annotated[bool, typer.Option("--json", help="Print the faults, or else the warnings, as JSON.")]


@cli.command("check")
def check_file(file: File, previous: Previous = None, machine: Machine = False) -> None:  # noqa: FBT002 - an option
    """Say everything that is wrong with a rulebook, or what may surprise; exit 0 if nothing is wrong, else 1."""
    before = None if previous is None else _checked(previous)
    found = check(_read(file), before)
    noted = order_matters(found) if isinstance(found, Rulebook) else found
    if machine:
        print(json.dumps([_as_json(fault) for fault in noted], indent=2))
    elif isinstance(found, Rulebook):
        count = len(found.earning.rules)
        Console().print(f"{file} is a rulebook with {count} rule{'' if count == 1 else 's'}.", highlight=False)
        if noted:
            _show("It can be published, but think about this first:", noted)
    else:
        _show(f"{file} cannot be published:", noted)
    if not isinstance(found, Rulebook):
        raise typer.Exit(1)


@cli.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a rulebook."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _checked(file: Path) -> Rulebook:
    found = check(_read(file), None)
    if isinstance(found, tuple):
        raise CommandError(f"{file} is no rulebook itself: {found[0].pointer} {found[0].detail}")
    return found


def _read(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{file} is no JSON: {error}") from error


def _as_json(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


def _show(heading: str, faults: tuple[Fault, ...]) -> None:
    table = Table("where", "code", "what", box=None, pad_edge=False)
    for fault in faults:
        # A pointer holds names that the writer chose; Text prints them as they are.
        table.add_row(Text(fault.pointer or "the document"), fault.code, fault.detail)
    console = Console(stderr=True)
    console.print(heading, highlight=False)
    console.print(table, highlight=False, soft_wrap=True)
