"""What runs while we measure, and what it uses: PostgreSQL and the service, their CPU, the log and the disk written."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError

import asyncpg
import psutil

from app.cli.embedded import Embedded
from app.cli.home import PROJECT
from app.cli.migrate import migrate

HOST: Final = "127.0.0.1"
OPERATOR_TOKEN: Final = "benchmark" * 4
START_SECONDS_MAX: Final = 60
STOP_SECONDS_MAX: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Totals since some start; the difference of two is what happened between."""

    service_cpu_s: float
    postgres_cpu_s: float
    wal_bytes: int

    def __sub__(self, earlier: "Used") -> "Used":
        return Used(
            service_cpu_s=self.service_cpu_s - earlier.service_cpu_s,
            postgres_cpu_s=self.postgres_cpu_s - earlier.postgres_cpu_s,
            wal_bytes=self.wal_bytes - earlier.wal_bytes,
        )


class Postgres:
    """A durable PostgreSQL in a folder of its own."""

    def __init__(self, server: Embedded) -> None:
        self.server = server
        self._process = psutil.Process(server.pid)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement of the superuser returns."""
        return asyncio.run(_rows(self.server.libpq_url(database="rung"), statement))

    def run(self, script: str) -> None:
        """Carries out statements as the superuser."""
        self.server.sql(script, database="rung")

    def wal_bytes(self) -> int:
        return int(self.rows("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")[0][0])

    def disk_bytes(self, schema: str) -> int:
        """Tables with their indexes and all."""
        return int(
            self.rows(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
                f" AND relnamespace = '{schema}'::regnamespace"
            )[0][0]
        )

    def cpu_s(self) -> float:
        """CPU of the server and of all its backends, those that have ended included."""
        while True:
            backends = self._process.children(recursive=True)
            own = self._process.cpu_times()
            total = own.user + own.system + own.children_user + own.children_system
            try:
                times = [backend.cpu_times() for backend in backends]
            except psutil.NoSuchProcess:
                continue
            # A backend that ends meanwhile moves from its own account to its parent's: look again.
            if self._process.children(recursive=True) == backends and self._process.cpu_times()[2:4] == own[2:4]:
                return float(total + sum(each.user + each.system for each in times))


async def _rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A new server with our schema; it and its data are gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="rung-bench-"))
    home.chmod(0o711)
    try:
        with Embedded.start(home) as server:
            migrate(server.owner_url)
            yield Postgres(server)
    finally:
        shutil.rmtree(home)


class Service:
    """The service in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._process = psutil.Process(process.pid)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def service(app_url: str, *, under: Sequence[str] = ()) -> Iterator[Service]:
    """Starts uvicorn with the benchmark's no-op route. `under` runs it under a profiler."""
    port = _free_port()
    command = [sys.executable, *(under or ("-m",)), "uvicorn", "app.main:create_app", "--factory", "--host", HOST]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
    command += ["--no-proxy-headers", "--no-server-header"]
    environment = {
        **os.environ,
        "DATABASE_URL": app_url,
        "RUNG_SECRET": "benchmark" * 4,
        "RUNG_OPERATOR_TOKEN": OPERATOR_TOKEN,
        "RUNG_BENCH": "1",
        "RUNG_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)  # noqa: S603 - our own arguments
    try:
        _await_answer(process, f"http://{HOST}:{port}/livez")
        yield Service(process, port)
    finally:
        process.send_signal(signal.SIGINT)  # After SIGTERM uvicorn dies of it again, and a profiler writes nothing.
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def used(server: Postgres, running: Service | None) -> Used:
    """The totals now."""
    return Used(
        service_cpu_s=running.cpu_s() if running else 0.0, postgres_cpu_s=server.cpu_s(), wal_bytes=server.wal_bytes()
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _await_answer(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The service ended at start; see above.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer.")
