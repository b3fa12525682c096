"""What levels multiply, as rules like any other: each with a line of its own in every trace."""

from typing import TYPE_CHECKING, Final

from app.engine.rulebook.conditions import InTier
from app.engine.rulebook.earning import Multiply, Rule

if TYPE_CHECKING:
    from app.engine.rulebook.document import Rulebook

# After every multiplier of the document; their ids have a character that no rule's id can have.
LAST: Final = 1001
PREFIX: Final = "tier/"


def level_rules(document: "Rulebook") -> tuple[Rule, ...]:
    """A multiplier for each level of the main tiers that has one, called as the level is."""
    return tuple(
        Rule.model_construct(
            id=f"{PREFIX}{level.id}",
            title=level.title,
            when=InTier(kind="tier", any_of=(level.id,)),
            effect=Multiply(kind="multiply", by=level.multiplier),
            priority=LAST,
        )
        for level in (document.tiers.levels if document.tiers else ())
        if level.multiplier is not None
    )
