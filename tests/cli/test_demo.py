"""The café that `rung serve` brings along: made once, found again, and its commands are safe to paste twice."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.api import Api
from app.cli.demo import PATRON, REGULARS, Demo, ensure_demo
from tests import live


@pytest.fixture(scope="module")
def service() -> Iterator[live.Live]:
    with live.serving() as serving:
        yield serving


@pytest.fixture
def demo(service: live.Live) -> Demo:
    secrets = service.secrets
    return Demo(program=secrets["PROGRAM"], pos_key=secrets["POS_KEY"], manager_key=secrets["MANAGER_KEY"])


def members(service: live.Live, demo: Demo) -> list[dict[str, Any]]:
    with Api(service.url, demo.pos_key) as till:
        return [
            {
                "id": till.get(f"/v1/members/card:{each.card}")["id"],
                "entries": till.get(f"/v1/members/card:{each.card}/entries")["data"],
            }
            for each in REGULARS
        ]


def test_a_command_pasted_twice_does_nothing_twice(service: live.Live, demo: Demo) -> None:
    before = members(service, demo)
    answers = []
    for command in (service.commands[0], service.commands[0], service.commands[2], service.commands[2]):
        pasted = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True)
        answers.append(json.loads(pasted.stdout))
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    grown = [
        len(after["entries"]) - len(now["entries"]) for now, after in zip(before, members(service, demo), strict=True)
    ]
    assert grown == [2 if each is PATRON else 0 for each in REGULARS]


def test_whoever_loses_the_keys_gets_new_ones_to_the_same_cafe(service: live.Live, demo: Demo, tmp_path: Path) -> None:
    before = members(service, demo)
    again = ensure_demo(service.url, service.secrets["OPERATOR_TOKEN"], tmp_path)
    assert again.program == demo.program
    assert again.pos_key != demo.pos_key
    assert members(service, again) == before
    kept = tmp_path / "demo.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert ensure_demo(service.url, service.secrets["OPERATOR_TOKEN"], tmp_path) == again


def test_keys_of_another_database_are_not_shown(service: live.Live, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({"program": "prg_x", "pos_key": "a", "manager_key": "b"}))
    assert ensure_demo(service.url, service.secrets["OPERATOR_TOKEN"], tmp_path).program == demo.program
