"""What part of each line's price earns points, in minor units."""

from collections.abc import Sequence

from app.engine.facts import Facts
from app.engine.rulebook.document import Basis
from app.engine.rulebook.rounding import spread


def eligible_minor(basis: Basis, facts: Facts, amounts: Sequence[int]) -> Sequence[int]:
    """The earning base of each line, never below zero. `amounts` are what is due for the lines.

    A tender's value is spread over the lines in proportion to their amounts, summing exactly; taxes and
    discounts are taken as the lines state them, in full.
    """
    lines = facts.basket.lines
    eligible = amounts
    if basis.discounts == "before":
        eligible = [part + line.discount_minor for part, line in zip(eligible, lines, strict=True)]
    if basis.tax == "without":
        eligible = [part - line.tax_minor for part, line in zip(eligible, lines, strict=True)]
    paid_minor = _paid_minor(basis, facts)
    for total_minor in paid_minor:
        shares = spread(total_minor, amounts)
        eligible = [part - share for part, share in zip(eligible, shares, strict=True)]
    return eligible if eligible is amounts else [max(part, 0) for part in eligible]


def _paid_minor(basis: Basis, facts: Facts) -> list[int]:
    """The values of the tenders that do not earn, each to be spread by itself."""
    paid_minor = []
    if basis.points_paid == "without" and facts.points_paid_minor:
        paid_minor.append(facts.points_paid_minor)
    if basis.gift_cards == "without":
        gifts = [tender.amount_minor for tender in facts.basket.tenders if tender.kind == "gift_card"]
        if any(gifts):
            paid_minor.append(sum(gifts))
    return paid_minor
