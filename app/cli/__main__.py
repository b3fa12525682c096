"""`rung`: finds the command and loads no other, so the service's image needs nothing that only the demo imports."""

import importlib
import sys

import typer
from rich.console import Console
from rich.table import Table

from app.cli.errors import CommandError

# Each module has a `cli`, a typer.Typer of one command or of several.
COMMANDS = {
    "serve": ("app.cli.serve", "run Rung here, with a PostgreSQL and a demo programme of its own"),
    "migrate": ("app.cli.migrate", "bring the database to the newest schema"),
    "demo": ("app.cli.grocery.command", "replay a year of real grocery baskets into a running service"),
    "keys": ("app.cli.keys", "list, create and revoke the API keys of a programme"),
    "audit": ("app.cli.audit", "check every invariant, fold the whole journal, and decide it again"),
    "backtest": ("app.cli.backtest", "decide the programme's real history again under another rulebook"),
    "rulebook": (
        "app.cli.rulebook",
        "check a rulebook before it is published, tell it in plain sentences, compare two",
    ),
}


def main() -> None:
    """Runs `rung COMMAND …`."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in COMMANDS:
        asked_for_help = arguments[:1] in ([], ["help"], ["--help"], ["-h"])
        _show_commands(None if asked_for_help else arguments[0])
        sys.exit(0 if asked_for_help else 2)
    module, _ = COMMANDS[arguments[0]]
    cli: typer.Typer = importlib.import_module(module).cli
    try:
        cli(args=arguments[1:], prog_name=f"rung {arguments[0]}")
    except CommandError as error:
        Console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _show_commands(unknown: str | None) -> None:
    console = Console(stderr=unknown is not None)
    if unknown is not None:
        console.print(f"rung has no command '{unknown}'.", highlight=False)
    table = Table("command", "what it does", box=None, pad_edge=False)
    for name, (_, purpose) in COMMANDS.items():
        table.add_row(f"rung {name}", purpose)
    console.print(table)


if __name__ == "__main__":
    main()
