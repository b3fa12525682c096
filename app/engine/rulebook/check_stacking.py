"""What is wrong with how rules stack: groups that there are not, and exclusive rules that exclude each other."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.check_conditions import faults_of_items
from app.engine.rulebook.check_segments import can_be_judged
from app.engine.rulebook.compile import destination_of, stage_of
from app.engine.rulebook.document import BuyGet, Earning, Rule, StepTable
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.judging import tests_of
from app.engine.rulebook.matching import can_match


def faults_of_effect(rule: Rule, place: Place) -> Iterator[Fault]:
    """What is wrong with steps and with goods that are bought together."""
    match rule.effect:
        case StepTable(steps=steps):
            for number, (before, after) in enumerate(pairwise(steps), start=1):
                for name in ("at_least", "points"):
                    if getattr(after, name) <= getattr(before, name):
                        where = (*place, "effect", "steps", number, name)
                        yield fault_at("not_increasing", "Must be more than the step below has.", *where)
        case BuyGet(get_items=items) if items is not None:
            yield from faults_of_items(items, (*place, "effect", "get_items"))
        case _:
            return


def faults_of_stacking(earning: Earning, asking: Asking) -> Iterator[Fault]:
    """Everything that is wrong with groups and exclusive rules."""
    known = {group.id: group for group in earning.groups}
    seen: set[str] = set()
    for number, group in enumerate(earning.groups):
        if group.id in seen:
            yield fault_at("duplicate_id", "Another group has this id.", "earning", "groups", number, "id")
        seen.add(group.id)
    for number, rule in enumerate(earning.rules):
        if rule.group is not None and rule.group not in known:
            yield fault_at("unknown_group", "No group has this id.", "earning", "rules", number, "group")
        if rule.exclusive and stage_of(rule.effect) == "base":
            detail = "A base rule excludes nothing: only multipliers and rules on top do."
            yield fault_at("not_for_base_rules", detail, "earning", "rules", number, "exclusive")
    for group in known.values():
        members = [(number, rule) for number, rule in enumerate(earning.rules) if rule.group == group.id]
        if group.take != "all" and members:
            yield from _alike(members, is_compared=group.take == "best")
    yield from _overlapping(earning, asking)


def _alike(members: list[tuple[int, Rule]], *, is_compared: bool) -> Iterator[Fault]:
    """Base rules go with base rules; and what is compared is points of one wallet."""
    _, first = members[0]
    for number, rule in members[1:]:
        place: Place = ("earning", "rules", number, "group")
        if rule.on != first.on:
            yield fault_at("mixed_group", "The rules of a group are about activities of one kind.", *place)
        elif (stage_of(rule.effect) == "base") != (stage_of(first.effect) == "base"):
            yield fault_at("mixed_group", "Base rules and others cannot be in one group.", *place)
        elif is_compared and destination_of(rule).wallet != destination_of(first).wallet:
            yield fault_at("mixed_group", "Points of two wallets cannot be compared.", *place)


def _overlapping(earning: Earning, asking: Asking) -> Iterator[Fault]:
    """Two exclusive rules of one priority that may both apply: nobody would know why one of them wins."""
    exclusives = [
        (number, rule)
        for number, rule in enumerate(earning.rules)
        if rule.exclusive and can_be_judged(rule.when, asking)
    ]
    for (_, one), (number, other) in combinations(exclusives, 2):
        if one.priority != other.priority or one.on != other.on or stage_of(other.effect) == "base":
            continue
        if can_match((*tests_of(one, asking), *tests_of(other, asking)), asking):
            detail = f"May apply together with {one.id}, which is exclusive as well and has the same priority."
            yield fault_at("overlapping_exclusives", detail, "earning", "rules", number, "exclusive")
