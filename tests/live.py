"""A `rung serve` of its own, as a newcomer would start it, and what it printed."""

import os
import re
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.home import PROJECT

START_SECONDS_MAX = 60
LAST_LINE = "Ctrl-C ends it."


def environment(home: Path) -> dict[str, str]:
    """As in a fresh shell: nothing of ours is set except where the data lie."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("RUNG_") and name != "DATABASE_URL"
    }
    return {**kept, "RUNG_HOME": str(home), "PYTHONPATH": str(PROJECT), "COLUMNS": "200"}


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A data folder that PostgreSQL can reach also when it runs as another user; pytest's own are private."""
    home = Path(tempfile.mkdtemp(prefix="rung-test-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home)


@dataclass
class Live:
    """A running `rung serve`."""

    home: Path
    process: subprocess.Popen[str]
    printed: str

    @property
    def url(self) -> str:
        found = re.search(r"Rung is at (\S+?),", self.printed)
        assert found is not None
        return found[1]

    @property
    def secrets(self) -> dict[str, str]:
        """What was printed as `pos key: rung_test_…`, named as a shell would: POS_KEY."""
        found = re.findall(r"^([a-z ]+): +(\S+)$", self.printed, re.MULTILINE)
        return {name.upper().replace(" ", "_"): value for name, value in found}

    @property
    def commands(self) -> list[str]:
        """The curl commands that were printed, each as it would be pasted."""
        return re.findall(r"^curl (?:.*\\\n)*.*$", self.printed, re.MULTILINE)


def start(home: Path, *arguments: str, **more: str) -> Live:
    """Starts serving on a free port, with more in the environment, and returns when it has said how to use it."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment(home) | more, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    # The pipe itself is read, not the file around it: lines in that one's buffer would never wake the selector.
    pipe, printed = process.stdout.fileno(), b""
    deadline = time.monotonic() + START_SECONDS_MAX
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not printed.endswith(f"{LAST_LINE}\n".encode()):
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            part = os.read(pipe, 65_536) if ready else b""
            if not part:
                process.kill()
                raise AssertionError(f"rung serve did not start: {printed.decode()}{process.communicate()[1]}")
            printed += part
    return Live(home=home, process=process, printed=printed.decode())


@contextmanager
def serving() -> Iterator[Live]:
    """A service with its demo programme for as long as the test needs it."""
    with temporary_home() as home:
        live = start(home)
        try:
            yield live
        finally:
            live.process.terminate()
            live.process.communicate(timeout=60)
