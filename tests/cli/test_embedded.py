"""The embedded PostgreSQL: made once, found again, taken over from the dead, closed to everybody else."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from app.cli.cluster import APP, OWNER, SUPERUSER
from app.cli.embedded import Embedded, running
from app.cli.home import PROJECT, HomeInUseError, is_locked
from app.cli.place import EmbeddedError

# A process that starts the server of a home, says so, and waits to be killed. Started from a thread the server does not
# hear of it: so it is on systems whose kernel has no such message.
OWNER_PROCESS = """
import sys, threading, time
from pathlib import Path
from app.cli.embedded import Embedded

def own():
    print(Embedded.start(Path(sys.argv[1]), durable=False).pid, flush=True)
    time.sleep(60)

if sys.argv[2] == "deaf":
    threading.Thread(target=own).start()
else:
    own()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: that one is private to us, and under root PostgreSQL runs as somebody else.
    path = Path(tempfile.mkdtemp(prefix="rung-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def start_owner(home: Path, *, server: str = "listening") -> tuple[subprocess.Popen[str], int]:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER_PROCESS, str(home), server],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(PROJECT)},
    )
    assert owner.stdout is not None
    return owner, int(owner.stdout.readline())


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait_until_dead(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(pid)


def test_data_survives_a_restart_which_is_quick(home: Path) -> None:
    with Embedded.start(home, durable=False) as server:
        server.sql("CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)", database="rung")
    start = time.monotonic()
    with Embedded.start(home, durable=False) as server:
        assert time.monotonic() - start < 3
        assert server.sql("SELECT x FROM kept", database="rung").strip() == "7"
    assert not is_alive(server.pid)


def test_data_is_safe_by_default(home: Path) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    with Embedded.start(home) as server:
        assert {name: server.sql(f"SHOW {name}").strip() for name in names} == dict.fromkeys(names, "on")


def test_nobody_gets_in_over_the_network_or_without_a_password(home: Path) -> None:
    with Embedded.start(home, durable=False) as server:
        assert server.sql("SHOW listen_addresses").strip() == ""
        assert set(server.sql("SELECT DISTINCT auth_method FROM pg_hba_file_rules").split()) == {"scram-sha-256"}
        assert server.place.socket_dir.stat().st_mode & 0o077 == 0
        assert (home / "secrets.json").stat().st_mode & 0o077 == 0
        for role in (SUPERUSER, OWNER, APP):
            assert server.url(role).split(":")[2].split("@")[0] not in (home / "postgresql.log").read_text()


def test_neither_role_of_ours_is_a_superuser(home: Path) -> None:
    asked = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'rung%' AND (rolsuper OR rolcreatedb OR rolcreaterole)"
    with Embedded.start(home, durable=False) as server:
        assert server.sql(asked).split() == []


async def test_the_service_cannot_make_tables(home: Path) -> None:
    with Embedded.start(home, durable=False) as server:
        connection = await asyncpg.connect(server.libpq_url(APP))
        try:
            for statement in ("CREATE TABLE mine ()", "CREATE TEMPORARY TABLE mine ()", "CREATE SCHEMA mine"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        finally:
            await connection.close()


def test_a_second_start_says_who_has_the_home(home: Path) -> None:
    with Embedded.start(home, durable=False), pytest.raises(HomeInUseError, match=f"process {os.getpid()}"):
        Embedded.start(home, durable=False)
    assert not is_locked(home)


def test_a_tool_uses_the_running_server_or_starts_it_for_a_while(home: Path) -> None:
    with Embedded.start(home, durable=False) as server, running(home) as urls:
        assert urls.app == server.app_url
    with running(home):
        assert is_locked(home)
    assert not is_locked(home)


def test_the_server_ends_when_its_owner_is_killed(home: Path) -> None:
    """On Linux by itself, elsewhere at the next start."""
    owner, server_pid = start_owner(home)
    owner.kill()
    owner.communicate()
    if sys.platform != "linux":
        Embedded.start(home, durable=False).stop()
    wait_until_dead(server_pid)


def test_the_next_start_takes_over_after_kill_9_of_owner_and_server(home: Path) -> None:
    owner, server_pid = start_owner(home)
    os.kill(server_pid, signal.SIGKILL)
    owner.kill()
    owner.communicate()
    with Embedded.start(home, durable=False) as server:
        assert server.sql("SELECT 1").strip() == "1"


def test_the_next_start_takes_over_a_server_that_lost_its_owner(home: Path) -> None:
    owner, server_pid = start_owner(home, server="deaf")
    owner.kill()
    owner.communicate()
    assert is_alive(server_pid)
    with Embedded.start(home, durable=False) as server:
        assert server.pid != server_pid
        assert not is_alive(server_pid)


def test_a_pid_file_with_the_number_of_a_stranger_is_no_obstacle(home: Path) -> None:
    with Embedded.start(home, durable=False) as server:
        pid_file = server.place.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with Embedded.start(home, durable=False) as server:
        assert server.sql("SELECT 1").strip() == "1"


def test_a_half_made_data_folder_is_made_again(home: Path) -> None:
    (home / "data.partial").mkdir()
    (home / "data.partial" / "PG_VERSION").write_text("18\n")
    with Embedded.start(home, durable=False) as server:
        assert server.sql("SELECT 1").strip() == "1"
    assert not (home / "data.partial").exists()


def test_a_socket_path_that_is_too_long_moves_to_the_temporary_folder(home: Path) -> None:
    deep = home / ("long" * 25)
    with Embedded.start(deep, durable=False) as server:
        assert server.sql("SELECT 1").strip() == "1"
        assert server.place.socket_dir.parent == Path(tempfile.gettempdir())
    server.place.socket_dir.rmdir()


def test_a_project_in_a_private_folder_stays_private(home: Path) -> None:
    """Under root too, where the server runs as somebody who cannot enter that folder."""
    home.chmod(0o700)
    project = home / "project"
    with Embedded.start(project / ".rung", durable=False) as server:
        assert server.sql("SELECT 1").strip() == "1"
        assert psutil.Process(server.pid).uids().real != 0
    assert home.stat().st_mode & 0o777 == 0o700
    if not server.place.data.is_relative_to(home):
        shutil.rmtree(server.place.data.parent)


def test_data_of_another_major_release_is_refused(home: Path) -> None:
    with Embedded.start(home, durable=False) as server:
        version = server.place.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17"):
        Embedded.start(home, durable=False)
