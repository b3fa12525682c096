"""Attributes that a rulebook declares (semantics 26): each has its values, and is there once."""

from typing import Any

import pytest

from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.rulebook.build import document
from tests.engine.rulebook.test_check import faults

PLAN = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}


def test_a_rulebook_declares_what_may_be_known_of_members() -> None:
    vegan = {"id": "vegan", "title": {"en": "Vegan"}, "kind": "yes_no", "personal": True}
    found = check(document(attributes=[PLAN, vegan]), None)
    assert isinstance(found, Rulebook)
    assert [(each.id, each.kind, each.choices, each.personal) for each in found.attributes] == [
        ("plan", "choice", ("basic", "gold"), False),
        ("vegan", "yes_no", None, True),
    ]


@pytest.mark.parametrize(
    ("attribute", "found"),
    [
        ({**PLAN, "choices": None}, ("/attributes/0/choices", "required")),
        ({**PLAN, "kind": "text"}, ("/attributes/0/choices", "not_for_this_kind")),
        ({**PLAN, "choices": ["gold", "gold"]}, ("/attributes/0/choices/1", "duplicate_id")),
    ],
)
def test_only_a_choice_has_choices_and_each_of_them_once(attribute: Any, found: tuple[str, str]) -> None:
    assert faults(document(attributes=[attribute])) == [found]


def test_no_two_attributes_have_one_id() -> None:
    assert faults(document(attributes=[PLAN, PLAN])) == [("/attributes/1/id", "duplicate_id")]
