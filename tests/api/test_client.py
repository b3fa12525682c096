"""A partner's client: generated from the OpenAPI file, type-checked, and driven against a live server."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.cli.cluster import Urls
from app.main import OPENAPI_FILE
from tests.api.conftest import OPERATOR, live

JOURNEY = Path(__file__).with_name("journey.py.txt")
BIN = Path(sys.executable).parent
# The generator's own template passes *args on to httpx; everything made from our file is checked in full.
TYPES = """
    [mypy]
    strict = true
    [mypy-rung_client.client]
    disable_error_code = arg-type
"""


def run(*command: str | Path, folder: Path) -> str:
    """Runs a tool in the folder and returns what it printed; anything but success fails the test."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package and the journey."""
    folder = tmp_path_factory.mktemp("client")
    run(
        BIN / "openapi-python-client",
        "generate",
        "--path",
        OPENAPI_FILE,
        "--output-path",
        folder / "rung_client",
        "--meta",
        "none",
        "--fail-on-warning",
        folder=folder,
    )
    (folder / "journey.py").write_text(JOURNEY.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "mypy.ini").write_text(textwrap.dedent(TYPES), encoding="utf-8")
    return folder


def test_the_client_knows_the_type_of_every_answer(generated: Path) -> None:
    untyped = [
        str(path.relative_to(generated))
        for path in (generated / "rung_client" / "api").rglob("*.py")
        if "Response[Any]" in path.read_text(encoding="utf-8")
    ]
    assert untyped == []


def test_the_client_and_its_use_are_type_checked(generated: Path) -> None:
    run(BIN / "mypy", "--config-file", "mypy.ini", "rung_client", "journey.py", folder=generated)


def test_the_client_drives_a_live_server(generated: Path, database: Urls) -> None:
    with live(database) as url:
        run(sys.executable, "journey.py", url, OPERATOR, folder=generated)
