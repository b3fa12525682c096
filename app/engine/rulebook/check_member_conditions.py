"""What is wrong with conditions about members: ranges, attributes and segments that there are not."""

from collections.abc import Iterator, Mapping

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.attributes import Attribute
from app.engine.rulebook.conditions import (
    HasAttribute,
    InSegment,
    MemberFor,
    OnPurchase,
    Recently,
    SinceLast,
)
from app.engine.rulebook.faults import Fault, Place, fault_at

# What may be asked of which kinds of attributes; whether it is known may be asked of all.
ASKED_OF: Mapping[str, frozenset[str]] = {
    "any_of": frozenset({"text", "choice"}),
    "at_least": frozenset({"number"}),
    "at_most": frozenset({"number"}),
    "is_yes": frozenset({"yes_no"}),
}

AboutMember = OnPurchase | SinceLast | MemberFor | Recently | HasAttribute | InSegment


def faults_about_member(node: AboutMember, asking: Asking, place: Place) -> Iterator[Fault]:
    """Everything that is wrong with one condition about a member."""
    match node:
        case InSegment(any_of=names):
            for number, name in enumerate(names):
                if name not in asking.segments:
                    yield fault_at("unknown_segment", "No segment has this id.", *place, "any_of", number)
        case HasAttribute():
            yield from _attribute(node, asking.attributes, place)
            yield from _bounds(node, place, also=(node.any_of, node.is_yes, node.is_set))
        case OnPurchase():
            yield from _bounds(node, place, also=(node.every,))
        case _:
            yield from _bounds(node, place, also=())


def _bounds(
    node: OnPurchase | SinceLast | MemberFor | Recently | HasAttribute, place: Place, also: tuple[object, ...]
) -> Iterator[Fault]:
    least, most = node.at_least, node.at_most
    if least is None and most is None and all(each is None for each in also):
        yield fault_at("required", "Say how much at least, at most, or both.", *place, "at_least")
    if least is not None and most is not None and most < least:
        yield fault_at("empty_range", "Must not be less than `at_least`.", *place, "at_most")


def _attribute(node: HasAttribute, attributes: Mapping[str, Attribute], place: Place) -> Iterator[Fault]:
    attribute = attributes.get(node.name)
    if attribute is None:
        yield fault_at("unknown_attribute", "No attribute has this id.", *place, "name")
        return
    for name, kinds in ASKED_OF.items():
        if getattr(node, name) is not None and attribute.kind not in kinds:
            yield fault_at("not_for_this_kind", "Cannot be asked of an attribute of this kind.", *place, name)
    for number, value in enumerate(node.any_of or ()):
        if attribute.choices is not None and value not in attribute.choices:
            yield fault_at("unknown_choice", "The attribute has no such choice.", *place, "any_of", number)
