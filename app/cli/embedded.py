"""An own PostgreSQL for `make serve`, the tests and the benchmark: the wheel's binaries, started and stopped by us.

Four promises. Data is safe: fsync, synchronous commit and checksums are on. Nobody else gets in: no TCP port, a socket
in a private folder, random passwords with SCRAM. It ends with its owner: on a normal end, on a signal, and, where the
kernel can tell (Linux), after kill -9 of the owner too. The next start takes over what an earlier owner left behind.
The wheel's own helper layer is not used; docs/adr/0001-embedded-postgresql.md says why.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from app.cli import home as homes
from app.cli.cluster import APP, OWNER, SUPERUSER, Cluster, Urls
from app.cli.place import CLEAN_ENVIRONMENT, SOCKET_NAME, EmbeddedError, Place, locate

MAJOR = "18"
START_SECONDS_MAX = 600  # Recovery after a crash reads the log since the last checkpoint, which can be gigabytes.
STOP_SECONDS_MAX = 60
LOG_BYTES_MAX = 10_000_000

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_buffers": "16MB",
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# For tests only: nothing survives a crash of the machine, and nothing has to.
VOLATILE: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # Passwords that live for one run need not be slow to guess, and tests connect thousands of times.
    "scram_iterations": "1",
}


class Embedded(Cluster):
    """A running server. It ends with `stop()`, at the end of a `with`, or with the process that started it."""

    def __init__(self, place: Place, lock: homes.HomeLock, process: subprocess.Popen[bytes]) -> None:
        super().__init__(place)
        self._lock = lock
        self._process = process

    @classmethod
    def start(cls, home: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> "Embedded":
        """Starts the server of this home, making it first if need be. Call it from the main thread.

        Raises HomeInUseError while another process owns the home, EmbeddedError when PostgreSQL cannot run.
        """
        lock = homes.lock(home)
        try:
            place = locate(home)
            _end_leftovers(place)
            _initialise(place, durable=durable)
            server = cls(place, lock, _launch(place, {**SETTINGS, **({} if durable else VOLATILE), **(settings or {})}))
        except BaseException:
            lock.release()
            raise
        try:
            server._await_ready()
            server._prepare_roles()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ends the server with a fast shutdown: rolls open transactions back, writes a checkpoint. May be repeated."""
        try:
            for wanted, seconds in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
                if self._process.poll() is not None:
                    break
                self._process.send_signal(wanted)
                try:
                    self._process.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _await_ready(self) -> None:
        """Waits for the line in which the server says so. Asking it over a connection instead would need a client."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise EmbeddedError(f"PostgreSQL ended at start. The end of {self.place.log}:\n{_tail(self.place.log)}")
            lines = _pid_file(self.place.data)
            if len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7] == "ready":
                return
            time.sleep(0.01)
        raise EmbeddedError(f"PostgreSQL was not ready after {START_SECONDS_MAX} s; see {self.place.log}.")

    def _prepare_roles(self) -> None:
        """Makes roles and database at the first start. The mark is set last: a start cut short is repeated."""
        mark = self.place.home / "prepared"
        if mark.exists():
            return
        self.sql(
            (homes.PROJECT / "deploy" / "roles.sql").read_text(encoding="utf-8"),
            secrets={
                "RUNG_OWNER_PASSWORD": homes.secret(self.place.home, f"database_{OWNER}"),
                "RUNG_APP_PASSWORD": homes.secret(self.place.home, f"database_{APP}"),
            },
        )
        mark.touch()


@contextmanager
def running(home: Path) -> Iterator[Urls]:
    """The database of this home for a command line tool: that of a running `rung serve`, or started for this while."""
    if homes.is_locked(home):
        cluster = Cluster(locate(home))
        yield Urls(owner=cluster.owner_url, app=cluster.app_url)
    else:
        with Embedded.start(home) as server:
            yield Urls(owner=server.owner_url, app=server.app_url)


def _initialise(place: Place, *, durable: bool) -> None:
    """Makes the data folder under another name and renames it when it is complete."""
    if (place.data / "PG_VERSION").exists():
        found = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise EmbeddedError(
                f"{place.data} was made by PostgreSQL {found}; this is {MAJOR}. Dump it with {found} and load it anew."
            )
        return
    partial = place.data.with_name("data.partial")
    if partial.exists():
        shutil.rmtree(partial)
    (place.home / "prepared").unlink(missing_ok=True)
    partial.mkdir(mode=0o700)
    place.account.own(partial)
    with tempfile.NamedTemporaryFile("w", dir=place.socket_dir, encoding="ascii") as password_file:
        password_file.write(homes.secret(place.home, f"database_{SUPERUSER}"))
        password_file.flush()
        place.account.own(Path(password_file.name))
        command: list[str | Path] = [place.bin_dir / "initdb", f"--pgdata={partial}", f"--username={SUPERUSER}"]
        command += [f"--pwfile={password_file.name}", "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
        # The built-in provider sorts the same on every machine, whatever its C library.
        command += [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if durable else ["--no-sync"]),
        ]
        done = place.account.run(command)
    if done.returncode != 0:
        raise EmbeddedError(f"initdb failed: {done.stderr.strip()}")
    partial.rename(place.data)


def _launch(place: Place, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    options = {**settings, "unix_socket_directories": str(place.socket_dir), "unix_socket_permissions": "0700"}
    command = [str(place.bin_dir / "postgres"), "-D", str(place.data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    if place.log.exists() and place.log.stat().st_size > LOG_BYTES_MAX:
        place.log.replace(place.log.with_suffix(".log.old"))
    descriptor = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    account = place.account
    try:
        return subprocess.Popen(  # noqa: S603 - our own binaries and arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            start_new_session=True,  # Ctrl-C goes to the owner alone, who ends the server after the service.
            user=account.uid if account.switch else None,
            group=account.gid if account.switch else None,
            extra_groups=[] if account.switch else None,
            preexec_fn=_end_with_owner(),  # noqa: PLW1509 - two system calls and nothing else
        )
    finally:
        os.close(descriptor)


def _end_with_owner() -> Callable[[], None] | None:
    """What the child does before it becomes PostgreSQL: ask the kernel for SIGINT (fast shutdown) when its owner dies.

    The kernel means the thread that started the child, so this works from the main thread only.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    owner = os.getpid()

    def ask() -> None:
        prctl(1, int(signal.SIGINT), 0, 0, 0)  # 1 is PR_SET_PDEATHSIG.
        if os.getppid() != owner:  # It died before we asked.
            os._exit(1)

    return ask


def _end_leftovers(place: Place) -> None:
    """Ends what a killed owner left running on this data folder. We own the home, so nobody can need it any more.

    A process counts as left over if its name is postgres and its working directory is the data folder: that is the
    server itself or one of its sessions, never a stranger that got the number in the pid file by chance.
    """
    for wanted, seconds in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        leftovers = _processes_in(place.data)
        leaders = [process for process in leftovers if str(process.pid) == next(iter(_pid_file(place.data)), "")]
        for process in leaders or leftovers:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(wanted)
        # Looked up anew each time: a dead process that nobody reaps keeps its number, but no working directory.
        deadline = time.monotonic() + seconds
        while _processes_in(place.data) and time.monotonic() < deadline:
            time.sleep(0.05)
    # PostgreSQL does not start while the number in one of these files is taken; now only a dead or a strange process
    # can have it.
    for stale in (
        place.data / "postmaster.pid",
        place.socket_dir / SOCKET_NAME,
        place.socket_dir / f"{SOCKET_NAME}.lock",
    ):
        stale.unlink(missing_ok=True)


def _processes_in(data: Path) -> list[psutil.Process]:
    found = []
    target = data.resolve()
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()) == target:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _pid_file(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []


def _tail(path: Path, lines: int = 12) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
