"""Rules for which it matters in which order a purchase is returned: what publishing warns of.

Returning more should never leave more points. Where the rest of a purchase can earn more than a larger
rest, two refunds one after the other take more than the same two in the other order, or both at once.
"""

from collections.abc import Iterator

from app.engine.rulebook.compile import destination_of
from app.engine.rulebook.conditions import AllOf, AnyOf, Condition, HasItems, Not, OfAmount
from app.engine.rulebook.document import BuyGet, Multiply, Rule, Rulebook, StepTable
from app.engine.rulebook.faults import Fault, Place, fault_at

DETAIL_GROWS = "Returning a part of a purchase can make this rule apply, so the order of refunds matters."
DETAIL_ENDS = "Returning a part of a purchase can end this reduction, so the order of refunds matters."
DETAIL_YIELDS = (
    "When a part of a purchase is returned this rule may make way for others, so the order of refunds matters."
)
DETAIL_KEEPS = "A reduction and the points that it reduces shrink differently, so the order of refunds matters."


def order_matters(document: Rulebook) -> tuple[Fault, ...]:
    """A warning for each part of a checked document for which the order of refunds matters."""
    return tuple(_warnings(document))


def _warnings(document: Rulebook) -> Iterator[Fault]:
    rules = document.earning.rules
    has_reduction = any(_reduces(rule) for rule in rules)
    choosing = {group.id for group in document.earning.groups if group.take != "all"}
    firsts = {group.id for group in document.earning.groups if group.take == "first"}
    for number, rule in enumerate(rules):
        place: Place = ("earning", "rules", number)
        if (rule.exclusive or rule.group in firsts) and _may_end(rule):
            yield fault_at("refund_order", DETAIL_YIELDS, *place, "exclusive" if rule.exclusive else "group")
        elif rule.group in choosing and rule.on_refund != "reevaluate":
            yield fault_at("refund_order", DETAIL_KEEPS, *place, "on_refund")
        reduces = _reduces(rule)
        if rule.on_refund != "reevaluate":
            # Its condition is not asked again; but what it keeps may no longer fit to what others do.
            is_reduced = has_reduction and not isinstance(rule.effect, Multiply) and not destination_of(rule).wallet
            if reduces or is_reduced:
                yield fault_at("refund_order", DETAIL_KEEPS, *place, "on_refund")
        elif rule.when:
            detail = DETAIL_ENDS if reduces else DETAIL_GROWS
            for where in _amounts(rule.when, (*place, "when"), is_negated=reduces):
                yield fault_at("refund_order", detail, *where)


def _may_end(rule: Rule) -> bool:
    """Whether a rule can stop to apply when goods are returned, although something is left."""
    asks = rule.when is not None and any(_amounts(rule.when, (), is_negated=True))
    return rule.items is not None or isinstance(rule.effect, StepTable | BuyGet) or asks


def _reduces(rule: Rule) -> bool:
    return isinstance(rule.effect, Multiply) and rule.effect.by.numerator < rule.effect.by.denominator


def _amounts(condition: Condition, place: Place, *, is_negated: bool) -> Iterator[Place]:
    """The conditions on the total, or on goods, that come true when it falls.

    Nothing else that a condition asks about changes when goods are returned; lines that a filter took only
    become fewer.
    """
    match condition:
        case AllOf() | AnyOf():
            for number, part in enumerate(condition.conditions):
                yield from _amounts(part, (*place, "conditions", number), is_negated=is_negated)
        case Not():
            yield from _amounts(condition.condition, (*place, "condition"), is_negated=not is_negated)
        case OfAmount(at_least_minor=least, at_most_minor=most):
            if (is_negated and (least or most is None)) or (not is_negated and most is not None):
                yield place
        case HasItems() if is_negated:
            yield place
        case _:
            return
