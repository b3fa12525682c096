"""What is wrong with segments: their ids, and what they ask about."""

from collections.abc import Iterator

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.check_conditions import faults_of_condition, walk
from app.engine.rulebook.conditions import (
    AllOf,
    AnyOf,
    Condition,
    HasAttribute,
    InSegment,
    InTier,
    MemberFor,
    NearBirthday,
    Not,
    OnPurchase,
    Recently,
    SinceLast,
)
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.rewards import Reward
from app.engine.rulebook.segments import Segment

ABOUT_MEMBERS = (AllOf, AnyOf, Not, InTier, OnPurchase, SinceLast, MemberFor, Recently, NearBirthday, HasAttribute)


def faults_of_segments(segments: tuple[Segment, ...], rewards: tuple[Reward, ...], asking: Asking) -> Iterator[Fault]:
    """Everything that is wrong with the segments of a document, and rewards for segments that there are not."""
    for number, reward in enumerate(rewards):
        for index, name in enumerate(reward.segments or ()):
            if name not in asking.segments:
                yield fault_at("unknown_segment", "No segment has this id.", "rewards", number, "segments", index)
    seen: set[str] = set()
    for number, segment in enumerate(segments):
        place: Place = ("segments", number)
        if segment.id in seen:
            yield fault_at("duplicate_id", "Another segment has this id.", *place, "id")
        seen.add(segment.id)
        yield from _asked(segment.when, asking, (*place, "when"))


def can_be_judged(condition: Condition | None, asking: Asking) -> bool:
    """Whether nothing is wrong with a condition, nor with the segments that it names."""
    if condition is None:
        return True
    named = [name for node, _, _ in walk(condition, (), 1) if isinstance(node, InSegment) for name in node.any_of]
    return not any(faults_of_condition(condition, asking, ())) and not any(
        fault for name in dict.fromkeys(named) for fault in _asked(asking.segments[name], asking, ())
    )


def _asked(condition: Condition, asking: Asking, place: Place) -> Iterator[Fault]:
    """What is wrong with the condition of a segment."""
    yield from faults_of_condition(condition, asking, place)
    for node, where, _ in walk(condition, place, 1):
        if not isinstance(node, ABOUT_MEMBERS):
            detail = "A segment asks about nothing but the member, and about no other segment."
            yield fault_at("only_about_members", detail, *where, "kind")
