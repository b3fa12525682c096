"""What one version of a rulebook changes, over HTTP, in the caller's language."""

from copy import deepcopy
from typing import Any

import pytest

from tests.api.conftest import RULEBOOK, Shop


@pytest.fixture
async def second(shop: Shop) -> Shop:
    """A shop whose second version gives twice the points, asks more of gold and has no referral."""
    changed: dict[str, Any] = deepcopy(RULEBOOK)
    changed["earning"]["rules"][0]["effect"]["points"] = 2
    changed["tiers"]["levels"][2]["from_points"] = 2500
    changed["earning"]["rules"].append({"id": "tea", "effect": {"kind": "bonus", "points": 3}})
    del changed["referral"]
    assert (await shop.publish(changed)).status_code == 201
    return shop


async def diff(shop: Shop, path: str, language: str = "en") -> Any:
    answer = await shop.ask("GET", f"/v1/rulebooks/{path}", token=shop.manager, accept_language=language)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_version_is_compared_with_the_one_before(second: Shop) -> None:
    found = await diff(second, "2/diff")
    assert (found["from_version"], found["to_version"], found["language"]) == (1, 2, "en")
    assert [(change["kind"], change["section"], change["id"]) for change in found["changes"]] == [
        ("changed", "earning", "base"),
        ("added", "earning", "tea"),
        ("changed", "tiers", "vang"),
        ("changed", "referral", None),
    ]
    assert found["changes"][0] == {
        "kind": "changed",
        "section": "earning",
        "id": "base",
        "text": "Rule “Base” (base): changed.",
        "details": [
            {
                "aspect": "effect",
                "before": "It gives 1 point for every ₫1,000.",
                "after": "It gives 2 points for every ₫1,000.",
            }
        ],
    }
    assert found["changes"][1]["details"][0] == {
        "aspect": "effect",
        "before": None,
        "after": "It gives 3 points on top, once per purchase.",
    }


async def test_the_sentences_are_in_the_language_that_is_asked_for(second: Shop) -> None:
    found = await diff(second, "2/diff?from=1", "vi-VN,en;q=0.5")
    assert found["language"] == "vi"
    assert found["changes"][2]["text"] == "Hạng “Vàng” (vang): đã thay đổi."
    assert found["changes"][2]["details"] == [
        {"aspect": "from_points", "before": "Đạt được khi có 2.000 điểm.", "after": "Đạt được khi có 2.500 điểm."}
    ]


async def test_the_way_back_is_the_other_way_round(second: Shop) -> None:
    there, back = await diff(second, "2/diff?from=1"), await diff(second, "1/diff?from=2")
    assert {change["kind"] for change in back["changes"]} == {"changed", "removed"}
    assert back["changes"][0]["details"][0]["before"] == there["changes"][0]["details"][0]["after"]
    assert (await diff(second, "2/diff?from=2"))["changes"] == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("3/diff", 404, "rulebook_not_found"),
        ("2/diff?from=3", 404, "rulebook_not_found"),
        ("two/diff", 404, "rulebook_not_found"),
        ("1/diff", 422, "invalid_request"),
        ("2/diff?from=0", 422, "invalid_request"),
        ("2/diff?from=one", 422, "invalid_request"),
    ],
)
async def test_versions_that_are_not_there_are_refused(second: Shop, path: str, status: int, code: str) -> None:
    answer = await second.ask("GET", f"/v1/rulebooks/{path}", token=second.manager)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_tills_do_not_read_rulebooks(second: Shop) -> None:
    answer = await second.ask("GET", "/v1/rulebooks/2/diff")
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
