"""`rung serve`: everything that one needs to try Rung, in one process: database, schema, demo programme, service."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from app.cli.cluster import Urls
from app.cli.demo import ensure_demo
from app.cli.errors import CommandError
from app.cli.home import default_home, secret
from app.cli.migrate import migrate
from app.settings import MigrationSettings

GRACEFUL_SECONDS_MAX = 10

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
progress = Console(stderr=True, highlight=False)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port to listen on; 0 takes any that is free.", min=0, max=65535)
    ] = 8000,
) -> None:
    """Run Rung here until Ctrl-C. DATABASE_URL replaces the PostgreSQL that is started otherwise."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    home = default_home()
    with _listening(host, port) as listener, _database(home) as urls:
        with _step("Schema"):
            migrate(urls.owner)
        # The service is a factory that reads its environment: as under any other server.
        os.environ["DATABASE_URL"] = urls.app
        os.environ.setdefault("RUNG_SECRET", secret(home, "member_tokens"))
        operator_token = os.environ.setdefault("RUNG_OPERATOR_TOKEN", secret(home, "operator"))
        config = uvicorn.Config(
            "app.main:create_app",
            factory=True,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=GRACEFUL_SECONDS_MAX,
        )
        server = uvicorn.Server(config)
        # Every address is no address to call: name the one that always works from here.
        reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        base_url = f"http://{reachable}:{listener.getsockname()[1]}"
        threading.Thread(target=_welcome, args=(server, base_url, operator_token, home), daemon=True).start()
        server.run(sockets=[listener])
        if not server.started:
            raise CommandError("The service did not start; see above.")


def _end(number: int, _frame: FrameType | None) -> None:
    """Unwinds from wherever we are, so that PostgreSQL is stopped in order. Ctrl-C is how serving ends: no failure."""
    raise SystemExit(0 if number == signal.SIGINT else 128 + number)


@contextmanager
def _step(name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    progress.print(f"[green]✓[/] {name} [dim]{time.monotonic() - start:.1f} s[/]")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Takes the port first: a second `make serve` learns here, before it touches anything, that one is running."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Is Rung running already? "
                'Another port: make serve ARGS="--port 8001".'
            ) from error
        yield listener


@contextmanager
def _database(home: Path) -> Iterator[Urls]:
    """The database of the environment, else our own, which is stopped at the end."""
    app_url = os.environ.get("DATABASE_URL")
    if app_url:
        owner_url = MigrationSettings().url
        yield Urls(owner=owner_url or app_url, app=app_url)
        return
    from app.cli.embedded import Embedded  # noqa: PLC0415 - not installed where DATABASE_URL is set

    with _step("PostgreSQL"):
        server = Embedded.start(home)
    try:
        yield Urls(owner=server.owner_url, app=server.app_url)
    finally:
        server.stop()
        progress.print("PostgreSQL stopped.")


def _welcome(server: uvicorn.Server, base_url: str, operator_token: str, home: Path) -> None:
    """Waits for the service to answer, sees to the demo programme, then prints how to use it."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.01)
    try:
        with _step("Demo programme"):
            told = ensure_demo(base_url, operator_token, home).told(base_url)
    except CommandError as error:
        progress.print(f"[bold red]The demo programme could not be made:[/] {error}", highlight=False)
        told = ""
    print(f"\nRung is at {base_url}, its documentation at {base_url}/docs")
    print(f"operator token: {operator_token}")
    print(told)
    print("Ctrl-C ends it.", flush=True)
