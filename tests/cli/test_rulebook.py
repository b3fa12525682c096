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


def changed(folder: Path) -> Path:
    """The café with triple points on Tuesdays and no goodwill."""
    document = cafe(goodwill=None)
    document["earning"]["rules"][1]["effect"]["by"]["numerator"] = 3
    return written(folder, document)


def test_a_rulebook_is_told_in_plain_sentences() -> None:
    code, said = run("explain", CAFE, "--currency", "VND")
    assert code == 0
    assert said.startswith("Rulebook “Café” How purchases earn points · Rules take turns:")
    assert "Rule “Double points on Tuesdays” (double-tuesday) · It multiplies the points for money by 2." in said
    assert "· ₫10,000 off the price costs 100 points." in said
    assert "Điểm có hạn 12 tháng." in run("explain", CAFE, "--language", "vi")[1]
    assert "10,000 (in the smallest unit of the currency) off the price" in run("explain", CAFE)[1]


def test_long_sentences_are_not_broken() -> None:
    done = CliRunner().invoke(cli, ["explain", str(CAFE)])
    lines = [line for line in done.output.splitlines() if "It applies if (the day is Monday" in line]
    assert [line.endswith("and before 17:00).") for line in lines] == [True]


def test_two_rulebooks_are_compared_in_plain_sentences(tmp_path: Path) -> None:
    code, said = run("diff", CAFE, changed(tmp_path))
    assert code == 0
    assert said == (
        "Rule “Double points on Tuesdays” (double-tuesday): changed. "
        "· Before: It multiplies the points for money by 2. · Now: It multiplies the points for money by 3. "
        "Goodwill: changed. · Before: Tills may give points to make up for something. "
        "· Now: Tills may give no points to make up for something. "
        "· No longer: At most, at one time: 30 points. · No longer: At most, by one person on one day: 100 points."
    )
    assert run("diff", CAFE, CAFE, "--language", "ru") == (0, "Ничего не меняется.")


def test_machines_get_the_changes_as_json(tmp_path: Path) -> None:
    code, said = run("diff", "--json", CAFE, changed(tmp_path), "--language", "vi")
    assert code == 0
    assert json.loads(said)[0] == {
        "kind": "changed",
        "section": "earning",
        "id": "double-tuesday",
        "text": "Quy tắc “Nhân đôi điểm thứ Ba” (double-tuesday): đã thay đổi.",
        "details": [
            {
                "aspect": "effect",
                "before": "Nhân điểm theo số tiền với 2.",
                "after": "Nhân điểm theo số tiền với 3.",
            }
        ],
    }


def test_what_is_no_rulebook_cannot_be_told(tmp_path: Path) -> None:
    file = written(tmp_path, cafe(debts=None))
    for arguments in (("explain", file), ("diff", CAFE, file), ("diff", file, CAFE)):
        code, said = run(*arguments)
        assert code == 1
        assert "/debts unknown_field There is no such field." in said
    with pytest.raises(CommandError, match="DONG is no currency"):
        run("explain", CAFE, "--currency", "DONG")
