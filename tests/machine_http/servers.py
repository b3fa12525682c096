"""Two processes of the service on one database, as a deployment has them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from app.cli.cluster import Urls
from app.cli.home import PROJECT
from tests.api.conftest import OPERATOR, SECRET

START_SECONDS_MAX = 60


def _started(urls: Urls) -> tuple[subprocess.Popen[bytes], str]:
    """A process that serves on a free port of this machine. It inherits the socket, so the port is known before."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", "--no-access-log"]
        process = subprocess.Popen(
            [*command, "--fd", str(listening.fileno()), "--log-level", "warning"],
            env={
                **os.environ,
                "PYTHONPATH": str(PROJECT),
                "DATABASE_URL": urls.app,
                "RUNG_SECRET": SECRET,
                "RUNG_OPERATOR_TOKEN": OPERATOR,
                "RUNG_LOG_LEVEL": "error",
            },
            pass_fds=[listening.fileno()],
        )
        return process, f"http://127.0.0.1:{listening.getsockname()[1]}"


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended at its start"
        try:
            if httpx.get(f"{url}/livez", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@contextmanager
def two_servers(urls: Urls) -> Iterator[tuple[str, str]]:
    """Their addresses."""
    started = [_started(urls) for _ in range(2)]
    try:
        for process, url in started:
            _wait_for(process, url)
        yield started[0][1], started[1][1]
    finally:
        for process, _ in started:
            process.terminate()
        for process, _ in started:
            process.wait(timeout=60)
