"""What the project says about its own shape: sizes, names, purity of the engine, words that must not appear."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from app.cli.__main__ import COMMANDS
from app.cli.home import PROJECT

FILE_LINES_MAX = 320
FUNCTION_LINES_MAX = 45
# Each exception has its reason, and goes when the file or function fits again.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
IMPURE = {
    "app/engine/calendar.py: open()": "zone data out of the wheel: part of the release, and always the same",
    "app/engine/calendar.py: read_text()": "the names of those zones",
}

# A file of this name would collect what has no place; say what it is for instead.
NAMES_THAT_SAY_NOTHING = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "misc",
    "service",
    "services",
    "shared",
    "util",
    "utils",
}
# Put together, so that this file does not hold what it looks for.
FORBIDDEN_WORDS = [
    re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"])),
    re.compile(r"(?<![\w.])/(work|ro" + r"ot|home)/\w"),
    re.compile("pytest" + r"\.(mark\.)?(skip|xfail)"),
    re.compile("unittest" + r"\.mock"),
]


def committed(*suffixes: str) -> list[Path]:
    """Every file of the repository, those about to be committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    names = listed.stdout.splitlines()
    return [PROJECT / name for name in names if name.endswith(suffixes) and (PROJECT / name).exists()]


def python_files(*folders: str) -> list[Path]:
    return [path for path in committed(".py") if path.relative_to(PROJECT).parts[0] in folders]


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file with its length in lines, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            first = node.body[0]
            text = ast.get_docstring(node, clean=False)
            described = (first.end_lineno or 0) - first.lineno + 1 if text is not None else 0
            yield f"{name_of(path)}:{node.name}", node.end_lineno - node.lineno + 1 - described


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files("app")}
    assert {name for name, lines in lengths.items() if lines > FILE_LINES_MAX} == set(LONG_FILES)


def test_functions_are_short() -> None:
    lengths = dict(chain.from_iterable(functions(path) for path in python_files("app")))
    assert {name for name, lines in lengths.items() if lines > FUNCTION_LINES_MAX} == set(LONG_FUNCTIONS)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in python_files("app", "tests", "migrations")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_is_named_after_nothing() -> None:
    assert [
        name_of(path) for path in python_files("app") if NAMES_THAT_SAY_NOTHING & set(path.with_suffix("").parts[-2:])
    ] == []


@pytest.mark.parametrize("word", FORBIDDEN_WORDS, ids=lambda word: word.pattern[:12])
def test_some_things_are_not_committed(word: re.Pattern[str]) -> None:
    """Notes to do later, paths of one machine, tests that do not run, stand-ins for what is ours."""
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in committed(".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".sh", "Makefile", "Dockerfile")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if word.search(line)
    ]
    assert found == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for path in (PROJECT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert all("--hash=" in requirement for requirement in re.split(r"\n(?=[a-z])", text.strip())), path


def test_the_three_locks_agree() -> None:
    def pinned(name: str) -> set[str]:
        return set(
            re.findall(
                r"^[a-z][^ ]+==[^ ]+", (PROJECT / "requirements" / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )

    assert pinned("service.txt") < pinned("serve.txt") < pinned("dev.txt")


def impurities(path: Path) -> Iterator[str]:
    """What the import contract cannot see: floats, and clock, chance or files by way of an allowed module."""
    forbidden = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7", "getnode", "print", "input", "float"}
    forbidden |= {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = name_of(path)
        match node:
            case ast.Constant(value=float()):
                yield f"{where}: a float"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{where}: a division that makes a float"
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in forbidden:
                yield f"{where}: {called}()"
            case ast.AsyncFunctionDef() | ast.Await():
                yield f"{where}: async"
            case _:
                pass


def test_the_engine_is_pure() -> None:
    engine = [path for path in python_files("app") if "engine" in path.parts]
    assert engine
    assert set(chain.from_iterable(impurities(path) for path in engine)) == set(IMPURE)


def imported(path: Path) -> set[str]:
    """The modules of ours that a file imports, `from package import module` included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            case _:
                pass
    return names


def test_resources_do_not_import_each_other() -> None:
    """A resource is a file of app/routers that has routes. What two of them need stands in a file that has none."""
    files = {f"app.routers.{path.stem}": path for path in python_files("app") if path.parent.name == "routers"}
    resources = {name for name, path in files.items() if "= APIRouter(" in path.read_text(encoding="utf-8")}
    assert [
        (name, other) for name, path in files.items() for other in sorted(imported(path) & resources - {name})
    ] == []


def test_documents_name_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in committed(".md"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets, path
        assert set(re.findall(r"`rung ([a-z-]+)", text)) <= set(COMMANDS), path


def test_every_command_says_what_it_does() -> None:
    for name, (module, purpose) in COMMANDS.items():
        assert purpose
        assert (PROJECT / (module.replace(".", "/") + ".py")).exists(), name


def test_links_between_documents_lead_somewhere() -> None:
    for path in committed(".md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{name_of(path)} links to {target}"


def test_every_decision_is_in_the_index() -> None:
    folder = PROJECT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(folder.glob("[0-9]*.md")) if f"({path.name})" not in index] == []


def test_no_contract_is_loosened_by_an_exception() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert [
        contract["name"] for contract in project["tool"]["importlinter"]["contracts"] if "ignore_imports" in contract
    ] == []
