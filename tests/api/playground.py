"""A shop in which there is everything to play for: a stamp card, a streak, a badge, a gift, and reviews."""

from typing import Any

from tests.api.rulebooks import plain, reward

COFFEES: dict[str, Any] = {
    "id": "tenth-coffee",
    "title": {"en": "The third is free", "vi": "Ly thứ ba miễn phí", "ru": "Третий бесплатно", "kk": "Үшіншісі тегін"},
    "goals": [{"id": "visits", "measure": {"kind": "count"}, "target": 3}],
    "repeat": "unlimited",
    "prize": {"gift": "latte", "gift_days": 30, "badge": "regular"},
}
PARTS: dict[str, Any] = {
    "earning": {
        "rules": [
            {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
            {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 20}},
        ]
    },
    "activities": [
        {
            "id": "review",
            "title": {"en": "Review"},
            "fields": [
                {"id": "stars", "kind": "number", "required": True, "minimum": 1, "maximum": 5},
                {"id": "words", "kind": "text"},
            ],
            "limits": [{"per": "day", "times": 1}],
        }
    ],
    "badges": [{"id": "regular", "title": {"en": "Regular"}}],
    "rewards": [reward(kind="item", cost_points=100000)],
    "challenges": [COFFEES],
    "streaks": [
        {
            "id": "daily",
            "title": {"en": "Every day"},
            "measure": {"kind": "count"},
            "period": "day",
            "milestones": [{"periods": 2, "prize": {"points": 5}}],
        }
    ],
}
PLAYGROUND: dict[str, Any] = plain(**PARTS)
