"""Conditions about members in plain words, and their opposites."""

from collections.abc import Callable, Iterator
from typing import assert_never

from app.commands.plainly.parts import Teller
from app.commands.plainly.phrases_members import MEMBERS
from app.commands.plainly.voice import Voice
from app.engine.rulebook.conditions import (
    HasAttribute,
    MemberFor,
    NearBirthday,
    OnPurchase,
    Recently,
    SinceLast,
)

AboutMember = OnPurchase | SinceLast | MemberFor | Recently | NearBirthday | HasAttribute


def made_of(node: AboutMember) -> object:
    """What a condition asks, without any order of its own."""
    match node:
        case OnPurchase():
            return node.kind, node.every, node.at_least, node.at_most
        case SinceLast() | MemberFor():
            return node.kind, node.at_least, node.at_most
        case Recently():
            return node.kind, node.of, node.days, node.at_least, node.at_most
        case NearBirthday():
            return node.kind, node.days_before, node.days_after
        case HasAttribute():
            any_of = None if node.any_of is None else frozenset(node.any_of)
            return node.kind, node.name, any_of, node.at_least, node.at_most, node.is_yes, node.is_set
        case _:
            assert_never(node)


def has_parts(node: AboutMember) -> bool:
    """Whether a condition has an “and” of its own."""
    if isinstance(node, NearBirthday):
        return False
    given = [node.at_least, node.at_most]
    if isinstance(node, OnPurchase):
        given.append(node.every)
    if isinstance(node, HasAttribute):
        return True
    return sum(each is not None for each in given) > 1


def told_of_member(node: AboutMember, teller: Teller, *, negated: bool) -> str:
    """The condition in words. A negation is told before all of it."""
    voice = teller.voice
    parts = list(_parts(node, teller))
    told = voice.listed(parts, "standard")
    return voice.say(MEMBERS["it_is_not_so"], condition=told) if negated else told


def _parts(node: AboutMember, teller: Teller) -> Iterator[str]:
    voice = teller.voice
    match node:
        case OnPurchase(every=every):
            if every is not None:
                yield voice.say(MEMBERS["every"], number=voice.number(every))
            yield from _range("purchase", node.at_least, node.at_most, voice.number, voice)
        case SinceLast():
            yield from _range("last", node.at_least, node.at_most, voice.days, voice)
        case MemberFor():
            yield from _range("membership", node.at_least, node.at_most, voice.days, voice)
        case Recently():
            yield from _recently(node, voice)
        case NearBirthday(days_before=before, days_after=after):
            if before == after == 0:
                yield voice.say(MEMBERS["birthday"])
            else:
                yield voice.say(MEMBERS["near_birthday"], before=voice.days(before), after=voice.days(after))
        case HasAttribute():
            yield from _attribute(node, teller)
        case _:
            assert_never(node)


def _recently(node: Recently, voice: Voice) -> Iterator[str]:
    name, _, activity = node.of.partition(":")
    what = voice.say(MEMBERS[f"of_{name}"], activity=activity) if activity else voice.say(MEMBERS[f"of_{name}"])
    days = voice.days(node.days)
    for kind, amount in (("recent_least", node.at_least), ("recent_most", node.at_most)):
        if amount is not None:
            told = voice.money(amount) if name == "spend" else voice.number(amount)
            yield voice.say(MEMBERS[kind], what=what, days=days, amount=told)


def _attribute(node: HasAttribute, teller: Teller) -> Iterator[str]:
    voice, name = teller.voice, teller.attributes[node.name]
    if node.any_of is not None:
        any_of = voice.quoted(sorted({*node.any_of}), "or")
        yield voice.say(MEMBERS["attribute_any"], name=name, any=any_of)
    if node.at_least is not None:
        yield voice.say(MEMBERS["attribute_least"], name=name, number=voice.number(node.at_least))
    if node.at_most is not None:
        yield voice.say(MEMBERS["attribute_most"], name=name, number=voice.number(node.at_most))
    if node.is_yes is not None:
        yield voice.say(MEMBERS["attribute_yes" if node.is_yes else "attribute_no"], name=name)
    if node.is_set is not None:
        yield voice.say(MEMBERS["attribute_set" if node.is_set else "attribute_unset"], name=name)


def _range(kind: str, least: int | None, most: int | None, told: Callable[[int], str], voice: Voice) -> Iterator[str]:
    if least is not None:
        yield voice.say(MEMBERS[f"{kind}_least"], value=told(least))
    if most is not None:
        yield voice.say(MEMBERS[f"{kind}_most"], value=told(most))
