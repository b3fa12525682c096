"""docs/semantics.md names tests that exist, and at least one for each promise."""

import re
from itertools import pairwise

from app.cli.home import PROJECT

DOCUMENT = PROJECT / "docs" / "semantics.md"
NAME = re.compile(r"`(test_[a-z0-9_]+)`")
DEFINITION = re.compile(r"^\s*(?:async )?def (test_[a-z0-9_]+)\(", re.MULTILINE)


def promises() -> list[str]:
    """Each bullet of the document, with its further lines."""
    text = DOCUMENT.read_text(encoding="utf-8")
    starts = [found.start() for found in re.finditer(r"^- ", text, re.MULTILINE)]
    return [text[start:end].split("\n\n")[0] for start, end in pairwise([*starts, len(text)])]


def defined() -> set[str]:
    """Every test of ours, by name."""
    files = (PROJECT / "tests").rglob("test_*.py")
    return {name for file in files for name in DEFINITION.findall(file.read_text(encoding="utf-8"))}


def test_every_promise_names_a_test_that_exists() -> None:
    assert promises()
    assert [promise for promise in promises() if not NAME.search(promise)] == []
    named = {name for promise in promises() for name in NAME.findall(promise)}
    assert named - defined() == set()


def test_every_sentence_of_the_lifecycle_has_a_section() -> None:
    numbers = [
        int(number) for number in re.findall(r"^## (\d+)\. ", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert numbers == sorted(set(numbers))
    assert set(numbers) >= {*range(1, 26), *range(30, 41)}
