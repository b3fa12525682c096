"""`rung keys`: the API keys of a programme, through the HTTP API, which alone knows how to make them."""

import http.client
import json
import os
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import typer
from rich.console import Console

from app.cli.errors import CommandError
from app.cli.home import default_home, known_secret

SECONDS_MAX = 10

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
Url = Annotated[str, typer.Option(envvar="RUNG_URL", help="The address of the service.")]
Program = Annotated[str, typer.Argument(help="The id of the programme (prg_…).")]
HERE = "http://127.0.0.1:8000"


@cli.command("list")
def list_keys(program: Program, url: Url = HERE) -> None:
    """Show the keys of a programme. Their secret parts were shown once, when they were made."""
    _show(_ask(url, "GET", f"/v1/programs/{quote(program)}/keys"))


@cli.command("create")
def create_key(
    program: Program,
    source: Annotated[str, typer.Option(help="Who uses it: the name that its facts carry, such as 'till'.")],
    scope: Annotated[Sequence[str], typer.Option(help="'pos' or 'manager'; may be given twice.")],
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    url: Url = HERE,
) -> None:
    """Make a key and show it, once."""
    body = {"source": source, "name": name or source, "scopes": list(scope)}
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
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        raise CommandError(f"{url} is no http address.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=SECONDS_MAX)
    headers = {"Authorization": f"Bearer {_operator_token()}", "Content-Type": "application/json"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read().decode()
    except OSError as error:
        raise CommandError(f"No answer from {url}: {error}. Is the service running?") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise CommandError(f"{response.status}: {text}")
    return text


def _show(text: str) -> None:
    if text:
        Console(soft_wrap=True).print_json(text)
