"""`rung serve` from outside: it says how to use it, can be pasted from, ends in order, and recovers when it did not."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.cluster import Cluster
from tests import live


@pytest.fixture
def home() -> Iterator[Path]:
    with live.temporary_home() as path:
        yield path


def end(service: live.Live, number: signal.Signals) -> int:
    service.process.send_signal(number)
    service.process.communicate(timeout=60)
    return service.process.returncode


def server_pid(home: Path) -> str | None:
    pid_file = home / "data" / "postmaster.pid"
    return pid_file.read_text().splitlines()[0] if pid_file.exists() else None


def test_what_it_prints_works_as_pasted() -> None:
    with live.serving() as service:
        assert len(service.commands) >= 3
        for command in service.commands:
            done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True)
            answer = json.loads(done.stdout)
            assert "code" not in answer, (command, answer)


def test_ctrl_c_ends_everything_and_the_second_start_is_quick(home: Path) -> None:
    assert end(live.start(home), signal.SIGINT) == 0
    assert server_pid(home) is None
    begin = time.monotonic()
    service = live.start(home)
    assert time.monotonic() - begin < 10  # Three seconds on an idle machine; the tests share theirs.
    assert end(service, signal.SIGTERM) == 128 + signal.SIGTERM
    assert server_pid(home) is None


def test_the_next_start_recovers_after_kill_9(home: Path) -> None:
    first = live.start(home)
    end(first, signal.SIGKILL)
    second = live.start(home)
    assert second.secrets == first.secrets
    assert end(second, signal.SIGINT) == 0


def test_database_url_replaces_the_embedded_server(home: Path, postgres: Cluster) -> None:
    urls = postgres.create_database("test_served")
    service = live.start(home, DATABASE_URL=urls.app, RUNG_OWNER_DATABASE_URL=urls.owner)
    done = subprocess.run(["/bin/bash", "-c", service.commands[1]], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["points"] > 0
    assert end(service, signal.SIGINT) == 0
    assert not (home / "data").exists()
    postgres.drop_database("test_served")


def test_a_second_start_says_that_one_is_running(home: Path) -> None:
    service = live.start(home)
    try:
        with pytest.raises(AssertionError, match=f"in use by process {service.process.pid}"):
            live.start(home)
        with pytest.raises(AssertionError, match="Is Rung running already"):
            live.start(home, "--port", service.url.rsplit(":", 1)[1])
    finally:
        end(service, signal.SIGINT)
