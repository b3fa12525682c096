"""What is wrong with limits and budgets: those that say nothing, and those that cut every single award."""

from collections.abc import Iterator

from app.engine.rulebook.document import Earning, Multiply, Rule
from app.engine.rulebook.earning import single_award
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.measures import PURCHASES


def faults_of_limits(rule: Rule, place: Place) -> Iterator[Fault]:
    """Everything that is wrong with the limits of one rule."""
    is_reduction = isinstance(rule.effect, Multiply) and rule.effect.by.numerator < rule.effect.by.denominator
    least = 1 if isinstance(rule.effect, Multiply) else single_award(rule.effect)
    for name in ("limits", "budget"):
        if getattr(rule, name) and is_reduction:
            yield fault_at("no_effect", "A factor below one adds nothing to limit.", *place, name)
        if getattr(rule, name) and rule.on != PURCHASES:
            yield fault_at("not_for_activities", "Activities have limits of their own kind.", *place, name)
    for number, limit in enumerate(rule.limits):
        where = (*place, "limits", number)
        if limit.points is None and limit.times is None:
            yield fault_at("required", "Say how many points, how often, or both.", *where, "points")
        if limit.points is not None and limit.points < least:
            yield fault_at("cap_too_low", "Must be enough for a single award of the rule.", *where, "points")
    if rule.budget is not None and rule.budget.points < least:
        yield fault_at("cap_too_low", "Must be enough for a single award of the rule.", *place, "budget", "points")
    if rule.sticky and not rule.limits and rule.budget is None:
        yield fault_at("no_effect", "There is no limit to which a refund could give back.", *place, "sticky")


def faults_of_earning_limits(earning: Earning, highest: int) -> Iterator[Fault]:
    """Limits over all rules of the main wallet, of which a single award is at most `highest`."""
    for number, limit in enumerate(earning.limits):
        if limit.points < highest:
            detail = "Must be enough for a single award of every rule of the main wallet."
            yield fault_at("cap_too_low", detail, "earning", "limits", number, "points")
