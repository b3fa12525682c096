"""What is wrong with conditions and filters: their size, what they name, and what can never hold."""

from collections.abc import Iterator
from itertools import islice
from typing import assert_never

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.check_member_conditions import faults_about_member
from app.engine.rulebook.conditions import (
    CONDITION_DEPTH_MAX,
    CONDITION_NODES_MAX,
    AllOf,
    AnyOf,
    AtTimeOfDay,
    Condition,
    HasAttribute,
    HasItems,
    InSegment,
    InTier,
    ItemFilter,
    Leaf,
    MemberFor,
    Not,
    OfAmount,
    OnDates,
    OnPurchase,
    Recently,
    SinceLast,
)
from app.engine.rulebook.faults import Fault, Place, fault_at


def faults_of_condition(condition: Condition, asking: Asking, place: Place) -> Iterator[Fault]:
    """Everything that is wrong with a tree of conditions."""
    # One more than allowed is enough to know; a hostile document may have a million.
    nodes = list(islice(walk(condition, place, 1), CONDITION_NODES_MAX + 1))
    if any(depth > CONDITION_DEPTH_MAX for _, _, depth in nodes):
        yield fault_at("too_deep", f"Conditions may be nested at most {CONDITION_DEPTH_MAX} deep.", *place)
    if len(nodes) > CONDITION_NODES_MAX:
        yield fault_at("too_many_conditions", f"A rule may have at most {CONDITION_NODES_MAX} conditions.", *place)
    for node, where, _ in nodes:
        if not isinstance(node, AllOf | AnyOf | Not):
            yield from _leaf(node, asking, where)


def _leaf(node: Leaf, asking: Asking, place: Place) -> Iterator[Fault]:
    match node:
        case AtTimeOfDay(from_time=first, until_time=past) if first == past:
            yield fault_at("empty_window", "Must differ from `from`.", *place, "until")
        case InTier(set=str() as ladder) if ladder not in asking.sets:
            yield fault_at("unknown_tier_set", "No set of tiers has this id.", *place, "set")
        case InTier(any_of=tiers, set=ladder):
            for number, tier in enumerate(tiers):
                if tier not in (asking.ranks if ladder is None else asking.sets[ladder]):
                    yield fault_at("unknown_tier", "No level has this id.", *place, "any_of", number)
        case OfAmount() | OnDates():
            yield from _range(node, place)
        case HasItems(items=items) if items is not None:
            yield from faults_of_items(items, (*place, "items"))
        case OnPurchase() | SinceLast() | MemberFor() | Recently() | HasAttribute() | InSegment():
            yield from faults_about_member(node, asking, place)
        case _:
            return


def _range(node: OfAmount | OnDates, place: Place) -> Iterator[Fault]:
    match node:
        case OfAmount(at_least_minor=least, at_most_minor=most):
            if most is not None and most < least:
                yield fault_at("empty_range", "Must not be less than `at_least_minor`.", *place, "at_most_minor")
            if not node.model_fields_set & {"at_least_minor", "at_most_minor"}:
                yield fault_at("required", "Say how much at least, at most, or both.", *place, "at_least_minor")
        case OnDates(from_date=first_day, until_date=last_day):
            if first_day is None and last_day is None:
                yield fault_at("required", "Say the first date, the last one, or both.", *place, "from")
            elif first_day is not None and last_day is not None and last_day < first_day:
                yield fault_at("empty_period", "Must not lie before `from`.", *place, "until")
        case _ as never:
            assert_never(never)


def walk(condition: Condition, place: Place, depth: int) -> Iterator[tuple[Condition, Place, int]]:
    """Every node of a tree, with where it stands and how deep."""
    yield condition, place, depth
    match condition:
        case AllOf() | AnyOf():
            for number, part in enumerate(condition.conditions):
                yield from walk(part, (*place, "conditions", number), depth + 1)
        case Not():
            yield from walk(condition.condition, (*place, "condition"), depth + 1)
        case _:
            return


def faults_of_items(items: ItemFilter, place: Place) -> Iterator[Fault]:
    """A filter that says nothing, or names a code as in and as out."""
    if items == ItemFilter():
        yield fault_at("empty_filter", "Say which lines, or leave the filter out.", *place)
    pairs = (
        ("except_categories", items.categories, items.except_categories),
        ("except_skus", items.skus, items.except_skus),
    )
    for name, included, excepted in pairs:
        both = frozenset(included or ())
        for number, code in enumerate(excepted or ()):
            if code in both:
                yield fault_at("contradiction", "The filter names this code as in and as out.", *place, name, number)
