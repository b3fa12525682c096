"""docs/rulebook.md is complete and true: its blocks pass the check, its numbers come out, its tables miss nothing."""

import ast
import json
import re
from pathlib import Path

import pytest

from app.engine.rulebook.check import check
from app.engine.rulebook.compile import compile_rulebook, stage_of
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.faults import _KINDS
from app.engine.rulebook.schema import json_schema
from tests.engine.rulebook.build import TUESDAY, bonus, document, line, purchase

PROJECT = Path(__file__).parents[3]
TEXT = (PROJECT / "docs" / "rulebook.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json (\w+)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("kind", "text"), BLOCKS, ids=[kind for kind, _ in BLOCKS])
def test_every_block_passes_the_check(kind: str, text: str) -> None:
    part = json.loads(text)
    match kind:
        case "rule":
            raw = document(part)
        case "effect":
            raw = document({"id": "shown", "effect": part})
        case "condition":
            raw = document({"id": "shown", "when": part, "effect": bonus(1)})
        case _:
            raw = document(**{kind: part})
    assert isinstance(check(raw, None), Rulebook), check(raw, None)


def test_the_purchase_comes_out_as_told() -> None:
    cafe = check(json.loads((PROJECT / "examples" / "cafe.rulebook.json").read_text(encoding="utf-8")), None)
    assert isinstance(cafe, Rulebook)
    compiled = compile_rulebook(cafe)
    award = evaluate(
        compiled, purchase(line(45_500, "coffee"), line(30_000, "cake"), day=TUESDAY, at="15:00", tier="vang")
    )
    told = re.findall(r"^\| ([a-z-]+) \| (base|multiply|add) \| (\d+) \|", TEXT, re.MULTILINE)
    rules = [(compiled.rules[entry.rule], entry.granted) for entry in award.trace]
    assert told == [(rule.id, stage_of(rule.effect), str(granted)) for rule, granted in rules]
    assert f"That is {award.points} points" in TEXT


def test_every_kind_and_field_is_told() -> None:
    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        for name, field in part["properties"].items():
            assert name in TEXT, name
            for value in [field.get("const"), *field.get("enum", [])]:
                assert value is None or value in TEXT, value


def test_every_code_is_told_and_no_other() -> None:
    raised = {
        node.args[0].value
        for module in (PROJECT / "app" / "engine" / "rulebook").glob("check*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "fault_at"
        and isinstance(node.args[0], ast.Constant)
    }
    codes = raised | {code for code, _ in _KINDS.values()}
    table = TEXT.split("## What the check refuses")[1].split("## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == codes
