"""docs/cases.md names every published case, the tests that run it, and what came out; and says nothing else."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from app.cli.home import PROJECT

CASES = 43
ROW = re.compile(r"^\| `(?P<case>[^`]+)` \| `(?P<test>test_\w+)` \| (?P<outcome>.+) \|$", re.MULTILINE)
SECTION = re.compile(r"^## (\w+)$", re.MULTILINE)
OUTCOME = re.compile(r"same\b|in part: |differs \(point (?P<point>\d+)\): ")


class Shown(NamedTuple):
    """What the page and the tests have to say alike."""

    category: str
    case: str
    test: str


def rows() -> Iterator[tuple[Shown, str]]:
    """The lines of the page, with their outcomes."""
    page = (PROJECT / "docs" / "cases.md").read_text(encoding="utf-8")
    _, *parts = SECTION.split(page)
    for category, text in zip(parts[::2], parts[1::2], strict=True):
        for found in ROW.finditer(text):
            yield Shown(category.lower(), found["case"], found["test"]), found["outcome"]


def written() -> Iterator[tuple[Shown, str]]:
    """The tests of cases, with their docstrings."""
    for path in sorted((PROJECT / "tests" / "cases").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
                text = ast.get_docstring(node) or ""
                case = text.partition("\n")[0].removeprefix("Case ").removesuffix(".")
                yield Shown(path.stem.removeprefix("test_"), case, node.name), text


def test_every_case_has_its_tests_and_every_test_its_line() -> None:
    shown = [line for line, _ in rows()]
    assert sorted(shown) == sorted(test for test, _ in written())
    assert len({line.case for line in shown}) == CASES


def test_every_test_of_a_case_names_its_source() -> None:
    assert [test.test for test, text in written() if "\n\nSource: " not in text] == []


def test_where_ours_differs_the_page_and_the_test_name_the_same_point() -> None:
    texts = dict(written())
    for line, outcome in rows():
        found = OUTCOME.match(outcome)
        assert found is not None, outcome
        if found["point"] is not None:
            assert f"(point {found['point']})" in texts[line], line
