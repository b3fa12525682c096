"""Segments: groups of members that rules and rewards name."""

from typing import Final

from pydantic import Field

from app.engine.rulebook.conditions import Condition
from app.engine.rulebook.values import Languages, Node, Slug

SEGMENTS_MAX: Final = 50


class Segment(Node):
    """Members for whom a condition holds, found out whenever it matters."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["regulars"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "Regulars", "vi": "Khách quen"}]
    )
    when: Condition = Field(
        description="Who is in it. It may ask about nothing but the member, and about no segment.",
        examples=[{"kind": "recent", "of": "visits", "days": 30, "at_least": 4}],
    )
