"""`rung rulebook`: check a rulebook, tell it and its changes, publish it or make a draft of it, print the schema."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from babel.numbers import list_currencies
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli import documents
from app.cli.asking import HERE
from app.cli.errors import CommandError
from app.cli.publishing import Service
from app.commands.plainly.compare import Change, compare
from app.commands.plainly.explain import explain
from app.commands.plainly.phrases import CHANGES
from app.commands.plainly.voice import Voice
from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.refund_order import order_matters
from app.engine.rulebook.schema import json_schema

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


class Language(StrEnum):
    """The languages in which rulebooks are told."""

    vi = "vi"
    kk = "kk"
    ru = "ru"
    en = "en"


File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A rulebook in JSON, or in YAML (.yaml, .yml).")
]
Previous = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="The version that it shall follow, whose tiers it must keep."),
]
Machine = Annotated[bool, typer.Option("--json", help="Print the faults, or else the warnings, as JSON.")]
Changes = Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")]
Told = Annotated[Language, typer.Option("--language", help="The language of the sentences.")]
Url = Annotated[str, typer.Option(envvar="RUNG_URL", help="The address of the service.")]
At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%dT%H:%M:%S%z"],
        help="From when it is in force, with a time zone; without it as soon as may be.",
    ),
]
Name = Annotated[str | None, typer.Option(help="What to call the draft; without it, as the file.")]
Currency = Annotated[
    str | None,
    typer.Option(help="The programme's currency, such as VND: money is told in it, not in its smallest unit."),
]


@cli.command("check")
def check_file(file: File, previous: Previous = None, machine: Machine = False) -> None:  # noqa: FBT002 - an option
    """Say everything that is wrong with a rulebook, or what may surprise; exit 0 if nothing is wrong, else 1."""
    before = None if previous is None else _checked(previous)
    found = check(documents.read(file), before)
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


@cli.command("explain")
def explain_file(file: File, language: Told = Language.en, currency: Currency = None) -> None:
    """Tell a whole rulebook in plain sentences."""
    voice = _voice(language, currency)
    for block in explain(_understood(file), voice):
        _tell(block.heading, block.sentences)


@cli.command("diff")
def compare_files(
    old: File,
    new: File,
    language: Told = Language.en,
    currency: Currency = None,
    machine: Changes = False,  # noqa: FBT002 - an option
) -> None:
    """Tell in plain sentences what changes from one rulebook to another."""
    voice = _voice(language, currency)
    changes = compare(_understood(old), _understood(new), voice)
    if machine:
        print(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False))
        return
    _tell_changes(changes, voice)


@cli.command("publish")
def publish_file(
    file: File, at: At = None, language: Told = Language.en, currency: Currency = None, url: Url = HERE
) -> None:
    """Publish a rulebook to a running service, and say what changes with it. RUNG_MANAGER_KEY is the key.

    Asked twice it publishes once: what the newest version says already is not published again.
    """
    voice, service = _voice(language, currency), Service(url)
    latest = service.latest()
    document = _understood(file, None if latest is None else latest.document)
    if latest is not None and document == latest.document:
        _tell(f"Version {latest.version} says the same already. It is in force from {latest.effective_at}.", ())
        return
    if latest is not None:
        _tell_changes(compare(latest.document, document, voice), voice)
    made = service.publish(documents.read(file), at)
    _tell(f"Published as version {made['version']}. It is in force from {made['effective_at']}.", ())
    _warn(made["warnings"])


@cli.command("draft")
def draft_file(file: File, name: Name = None, url: Url = HERE) -> None:
    """Make a draft of a rulebook in a running service, to be simulated there. RUNG_MANAGER_KEY is the key.

    It may have faults; what publishing it would say is told.
    """
    draft, checked = Service(url).draft(documents.read(file), name or file.name)
    _tell(f"{file} is the draft {draft}.", ())
    if not checked["valid"]:
        _show("It cannot be published yet:", tuple(_as_fault(fault) for fault in checked["faults"]))
    _warn(checked["warnings"])


@cli.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a rulebook."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _voice(language: Language, currency: str | None) -> Voice:
    if currency is not None and currency not in list_currencies():
        raise CommandError(f"{currency} is no currency of ISO 4217, such as VND, KZT or USD.")
    return Voice(language=language.value, currency=currency)


def _checked(file: Path) -> Rulebook:
    found = check(documents.read(file), None)
    if isinstance(found, tuple):
        raise CommandError(f"{file} is no rulebook itself: {found[0].pointer} {found[0].detail}")
    return found


def _understood(file: Path, before: Rulebook | None = None) -> Rulebook:
    found = check(documents.read(file), before)
    if isinstance(found, tuple):
        _show(f"{file} is no rulebook yet:", found)
        raise typer.Exit(1)
    return found


def _as_json(fault: Fault) -> dict[str, str]:
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


def _as_fault(told: dict[str, str]) -> Fault:
    """A fault as the service tells it, whose pointers begin with the body's own field."""
    return Fault(pointer=told["pointer"].removeprefix("/document"), code=told["code"], detail=told["detail"])


def _warn(warnings: list[dict[str, str]]) -> None:
    if warnings:
        _show("Think about this:", tuple(_as_fault(warning) for warning in warnings))


def _tell_changes(changes: Sequence[Change], voice: Voice) -> None:
    if not changes:
        _tell(voice.say(CHANGES["unchanged"]), ())
    for change in changes:
        _tell(change.text, change.lines(voice))


def _tell(heading: str, sentences: Iterable[str]) -> None:
    """A heading and what belongs to it. Both hold names that the writer chose; Text prints them as they are."""
    console = Console()
    console.print(Text(heading, style="bold"), soft_wrap=True)
    for sentence in sentences:
        console.print(Text(f"  · {sentence}"), soft_wrap=True)


def _show(heading: str, faults: tuple[Fault, ...]) -> None:
    table = Table("where", "code", "what", box=None, pad_edge=False)
    for fault in faults:
        # A pointer holds names that the writer chose; Text prints them as they are.
        table.add_row(Text(fault.pointer or "the document"), fault.code, fault.detail)
    console = Console(stderr=True)
    console.print(heading, highlight=False)
    console.print(table, highlight=False, soft_wrap=True)
