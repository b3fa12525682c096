"""What is wrong with segments: their ids, and what they ask about."""

from collections.abc import Iterator

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.check_conditions import faults_of_condition, walk
from app.engine.rulebook.conditions import (
    AllOf,
    AnyOf,
    HasAttribute,
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
        yield from faults_of_condition(segment.when, asking, (*place, "when"))
        for node, where, _ in walk(segment.when, (*place, "when"), 1):
            if not isinstance(node, ABOUT_MEMBERS):
                detail = "A segment asks about nothing but the member, and about no other segment."
                yield fault_at("only_about_members", detail, *where, "kind")
