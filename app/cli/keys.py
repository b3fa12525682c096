"""`rung keys`: the API keys of a programme, through the HTTP API, which alone knows how to make them."""

import os
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console

from app.cli.asking import HERE, ask
from app.cli.errors import CommandError
from app.cli.home import default_home, known_secret

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
Url = Annotated[str, typer.Option(envvar="RUNG_URL", help="The address of the service.")]
Program = Annotated[str, typer.Argument(help="The id of the programme (prg_…).")]


@cli.command("list")
def list_keys(program: Program, url: Url = HERE) -> None:
    """Show the keys of a programme. Their secret parts were shown once, when they were made."""
    _show(_ask(url, "GET", f"/v1/programs/{quote(program)}/keys"))


@cli.command("create")
def create_key(
    program: Program,
    source: Annotated[str, typer.Option(help="Who uses it: the name that its facts carry, such as 'till'.")],
    scope: Annotated[list[str], typer.Option(help="'pos' or 'manager'; may be given twice.")],
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    url: Url = HERE,
) -> None:
    """Make a key and show it, once."""
    body = {"source": source, "name": name or source, "scopes": scope}
    _show(_ask(url, "POST", f"/v1/programs/{quote(program)}/keys", body))


@cli.command("revoke")
def revoke_key(program: Program, key: Annotated[str, typer.Argument(help="key_…")], url: Url = HERE) -> None:
    """End a key. It is refused from the next request on."""
    _show(_ask(url, "DELETE", f"/v1/programs/{quote(program)}/keys/{quote(key)}"))


def _operator_token() -> str:
    token = os.environ.get("RUNG_OPERATOR_TOKEN") or known_secret(default_home(), "operator")
    if token is None:
        raise CommandError("Set RUNG_OPERATOR_TOKEN to the service's operator token.")
    return token


def _ask(url: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> str:
    return ask(url, _operator_token(), method, path, body)


def _show(text: str) -> None:
    if text:
        Console(soft_wrap=True).print_json(text)
