"""Rulebooks for tests of the lifecycle: a point a minor unit, so that every number can be checked by eye."""

from typing import Any

PLAIN: dict[str, Any] = {
    "title": {"en": "Plain"},
    "earning": {"rules": [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}]},
    "redemption": {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1},
}


def plain(**parts: Any) -> dict[str, Any]:
    """The plain rulebook with some parts of its own."""
    return PLAIN | parts


def tiers(*thresholds: int, **more: Any) -> dict[str, Any]:
    """Levels `bronze`, `silver`, `gold` from zero and from these thresholds on."""
    names = ("bronze", "silver", "gold")
    levels = [
        {"id": name, "title": {"en": name.title()}, "from_points": points}
        for name, points in zip(names, (0, *thresholds), strict=False)
    ]
    return {"levels": levels, **more}


def reward(**more: Any) -> dict[str, Any]:
    """A voucher for a latte at 100 points."""
    return {
        "id": "latte",
        "title": {"en": "A latte", "vi": "Một ly latte"},
        "cost_points": 100,
        "kind": "voucher",
        "value_minor": 45000,
        **more,
    }
