"""Reading a rulebook file: JSON, or YAML 1.2 if its name says so. What comes out is what a JSON file would give."""

import json
from datetime import date
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.cli.errors import CommandError

YAML_NAMES: Final = frozenset({".yaml", ".yml"})
# An alias costs nothing to write and everything to follow: a few lines can stand for more than memory holds.
NODES_MAX: Final = 200_000


def read(file: Path) -> object:
    """The parsed document; CommandError says what is wrong with the file."""
    return _yaml(file) if file.suffix.lower() in YAML_NAMES else _json(file)


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{file} is no JSON: {error}") from error


def _yaml(file: Path) -> object:
    """In YAML 1.2 `14:00` is a text and `no` a language; a key that stands twice is an error."""
    try:
        loaded = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        raise CommandError(f"{file} is no YAML: {line}{error.problem}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise CommandError(f"{file} is no YAML: {error}") from error
    _refuse_bombs(loaded, file)
    return _plain(loaded)


def _refuse_bombs(loaded: object, file: Path) -> None:
    waiting, seen = [loaded], 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > NODES_MAX:
            raise CommandError(f"{file} is too large: more than {NODES_MAX} values, with those that aliases repeat.")
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _plain(node: object) -> object:
    """A date that YAML understood is the text that JSON would have."""
    match node:
        case dict():
            return {key: _plain(value) for key, value in node.items()}
        case list():
            return [_plain(value) for value in node]
        case date():
            return node.isoformat()
        case _:
            return node
