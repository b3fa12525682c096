"""`rung rulebook publish` and `draft`: from a file of the shop's owner to a running service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from app.cli.errors import CommandError
from app.cli.home import PROJECT
from app.cli.publishing import KEY
from app.cli.rulebook import cli
from tests import live

CAFE = json.loads((PROJECT / "examples" / "cafe.rulebook.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def service() -> Iterator[live.Live]:
    with live.serving() as running:
        yield running


def run(service: live.Live, key: str, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    environment = {KEY: key, "RUNG_URL": service.url}
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], env=environment)
    if isinstance(done.exception, CommandError):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def written(folder: Path, **parts: Any) -> Path:
    file = folder / "cafe.yaml"
    with file.open("w", encoding="utf-8") as opened:
        YAML().dump({**CAFE, **parts}, opened)
    return file


def test_a_file_is_published_once_and_what_changes_is_told(service: live.Live, tmp_path: Path) -> None:
    key = service.secrets["MANAGER_KEY"]
    file = written(tmp_path, transfers={})
    code, said = run(service, key, "publish", file, "--at", "2190-01-01T00:00:00+07:00")
    assert code == 0
    assert "Published as version 2. It is in force from 2189-12-31T17:00:00.000000Z." in said
    assert said.startswith("Gifts between members: changed. · Before: At least, at one time: 10 points.")
    again = run(service, key, "publish", file)
    assert again == (0, "Version 2 says the same already. It is in force from 2189-12-31T17:00:00.000000Z.")
    with pytest.raises(CommandError, match="effective_not_increasing"):
        run(service, key, "publish", written(tmp_path), "--at", "2189-01-01T00:00:00Z")


def test_what_cannot_be_published_is_told_before_anything_is_sent(service: live.Live, tmp_path: Path) -> None:
    key = service.secrets["MANAGER_KEY"]
    faulty = written(tmp_path, expiry={"kind": "rolling", "months": 0})
    code, said = run(service, key, "publish", faulty)
    assert code == 1
    assert "/expiry/months too_small" in said
    without = written(tmp_path, tiers=None)
    code, said = run(service, key, "publish", without)
    assert code == 1
    assert "/tiers" in said


def test_a_draft_may_have_faults_and_says_them(service: live.Live, tmp_path: Path) -> None:
    key = service.secrets["MANAGER_KEY"]
    code, said = run(service, key, "draft", written(tmp_path, expiry={"kind": "rolling", "months": 0}))
    assert code == 0
    assert "is the draft drf_" in said
    assert "It cannot be published yet:" in said
    assert "/expiry/months too_small Must be at least 1." in said
    code, said = run(service, key, "draft", written(tmp_path), "--name", "Next summer")
    assert (code, "cannot" in said) == (0, False)


def test_without_a_key_that_may_it_says_what_is_missing(service: live.Live, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Set RUNG_MANAGER_KEY"):
        run(service, "", "publish", written(tmp_path))
    with pytest.raises(CommandError, match="missing_scope"):
        run(service, service.secrets["POS_KEY"], "draft", written(tmp_path))
