"""`rung rulebook`: what it says of good files and of bad ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.errors import CommandError
from app.cli.home import PROJECT
from app.cli.rulebook import cli

CAFE = PROJECT / "examples" / "cafe.rulebook.json"


def run(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if isinstance(done.exception, CommandError):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def written(folder: Path, document: object) -> Path:
    file = folder / "rulebook.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def cafe(**parts: Any) -> dict[str, Any]:
    return {**json.loads(CAFE.read_text(encoding="utf-8")), **parts}


def test_a_good_file_is_said_to_be_one() -> None:
    assert run("check", CAFE) == (0, f"{CAFE} is a rulebook with 5 rules.")


def test_a_bad_file_is_told_where_and_why(tmp_path: Path) -> None:
    code, said = run("check", written(tmp_path, cafe(expiry={"kind": "rolling", "months": 0}, debts=None)))
    assert code == 1
    assert "/expiry/months too_small Must be at least 1." in said
    assert "/debts unknown_field There is no such field." in said


def test_what_may_surprise_is_said_and_does_no_harm(tmp_path: Path) -> None:
    small = {"kind": "not", "condition": {"kind": "amount", "at_least_minor": 100000}}
    double = {"id": "small", "when": small, "effect": {"kind": "bonus", "points": 5}}
    file = written(tmp_path, cafe(earning={"rules": [double]}))
    code, said = run("check", file)
    assert code == 0
    assert "is a rulebook with 1 rule. It can be published, but think about this first:" in said
    assert "/earning/rules/0/when/condition refund_order Returning a part of a purchase can make" in said
    code, said = run("check", "--json", file)
    assert code == 0
    assert [(fault["pointer"], fault["code"]) for fault in json.loads(said)] == [
        ("/earning/rules/0/when/condition", "refund_order")
    ]


def test_machines_get_json(tmp_path: Path) -> None:
    code, said = run("check", "--json", written(tmp_path, []))
    assert (code, json.loads(said)) == (1, [{"pointer": "", "code": "wrong_type", "detail": "Must be an object."}])
    assert run("check", "--json", CAFE) == (0, "[]")


def test_tiers_of_the_previous_version_must_stay(tmp_path: Path) -> None:
    flat = cafe(tiers=None)
    flat["earning"]["rules"] = []
    code, said = run("check", written(tmp_path, flat), "--previous", CAFE)
    assert code == 1
    assert said.count("tier_removed") == 3


def test_the_schema_is_printed() -> None:
    code, said = run("schema")
    assert code == 0
    assert json.loads(said)["title"] == "Rulebook"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00"])
def test_what_is_no_json_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="is no JSON"):
        run("check", file)
