"""Rulebook files: YAML says the same as JSON, without its traps."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.cli.documents import read
from app.cli.errors import CommandError
from app.cli.home import PROJECT
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook

SMALL = """\
# Comments are why people like it.
title: {en: Café, no: Kafé}
earning:
  rules:
    - id: happy-hour
      when: {kind: time_of_day, from: 14:00, until: 17:30}
      valid_from: 2026-03-01
      effect: {kind: bonus, points: 1_000}
"""


def written(folder: Path, text: str, name: str = "rulebook.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["rulebook.yaml", "rulebook.yml", "RULEBOOK.YAML"])
def test_times_dates_and_norwegian_are_what_they_look_like(tmp_path: Path, name: str) -> None:
    found = read(written(tmp_path, SMALL, name))
    assert found == {
        "title": {"en": "Café", "no": "Kafé"},
        "earning": {
            "rules": [
                {
                    "id": "happy-hour",
                    "when": {"kind": "time_of_day", "from": "14:00", "until": "17:30"},
                    "valid_from": "2026-03-01",
                    "effect": {"kind": "bonus", "points": 1000},
                }
            ]
        },
    }
    assert isinstance(check(found, None), Rulebook)


@pytest.mark.parametrize("example", sorted((PROJECT / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_every_example_says_the_same_in_yaml(tmp_path: Path, example: Path) -> None:
    document = json.loads(example.read_text(encoding="utf-8"))
    file = tmp_path / "rulebook.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(document, stream)
    assert read(file) == document
    assert read(example) == document


def test_aliases_save_writing(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a: &life {kind: rolling, months: 3}\nb: *life\n")) == {
        "a": {"kind": "rolling", "months": 3},
        "b": {"kind": "rolling", "months": 3},
    }


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: {en: Café\nrules: 1\n", "is no YAML: line "),
        ("title: 1\ntitle: 2\n", 'line 2: found duplicate key "title"'),
        ("title: !!python/object/apply:print [boo]\n", "is no YAML"),
        ("a: 1\n---\nb: 2\n", "is no YAML"),
        ("\x00", "is no YAML"),
        ("[" * 1_000, "is no YAML"),
        (BOMB, "is too large"),
        ("a: &a [*a]\n", "is too large"),
    ],
    ids=["open bracket", "key twice", "python", "two documents", "control character", "deep", "bomb", "itself"],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        read(written(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rulebook.yaml"
    file.write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(CommandError, match="is no YAML"):
        read(file)
