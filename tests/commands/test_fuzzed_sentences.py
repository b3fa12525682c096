"""Whatever can be published can be told, in four languages; and whatever differs between two rulebooks is said."""

from typing import Any

import pytest
from hypothesis import given

from app.commands.plainly.compare import compare
from app.commands.plainly.explain import explain
from app.commands.plainly.voice import Voice
from app.commands.tongues import FALLBACKS
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.fuzzing import Maker
from tests.engine.test_fuzzed_rulebooks import EXAMPLES, FUZZING, SEEDS


@FUZZING
@given(seed=SEEDS)
def test_what_differs_between_two_rulebooks_is_said(seed: int) -> None:
    example = EXAMPLES[seed % len(EXAMPLES)]
    before, after = check(example, None), check(Maker(seed).varied(example), None)
    assert isinstance(before, Rulebook)
    if isinstance(after, Rulebook) and after != before:
        assert compare(before, after, Voice(language="en", currency="VND"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"]["en"])
@pytest.mark.parametrize("language", FALLBACKS)
def test_every_example_is_told_in_every_language(example: Any, language: str) -> None:
    document = check(example, None)
    assert isinstance(document, Rulebook)
    blocks = explain(document, Voice(language=language, currency="VND"))
    assert all(block.heading and all(block.sentences) for block in blocks)
    assert sum(len(block.sentences) for block in blocks) > len(blocks)
