"""When a rule applies, in one sentence: “if the day is Tuesday and the purchase costs ₫200,000 or more”.

Negations are told where they belong, at the single questions: not all of them is one of them not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from app.commands.plainly.parts import Said, Teller
from app.commands.plainly.phrases import CONDITIONS
from app.engine.rulebook.conditions import (
    WEEKDAYS,
    AllOf,
    AnyOf,
    AtTimeOfDay,
    Condition,
    InChannel,
    InStore,
    InTier,
    ItemFilter,
    Leaf,
    Not,
    OfAmount,
    OnWeekday,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one condition asks, or its opposite. `of` has no order of its own."""

    node: Leaf
    negated: bool
    of: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Several that hold together, or of which one is enough."""

    style: Literal["standard", "or"]
    parts: tuple["Question | Group", ...]

    @property
    def of(self) -> object:
        return self.style, frozenset(part.of for part in self.parts)


def applies_if(condition: Condition, teller: Teller) -> Said:
    """The sentence of a whole tree."""
    tree = _flat(condition, negated=False)
    text = teller.voice.say(CONDITIONS["when"], condition=_told(tree, teller))
    return Said(aspect="when", text=text, of=tree.of)


def _flat(condition: Condition, *, negated: bool) -> Question | Group:
    match condition:
        case Not():
            return _flat(condition.condition, negated=not negated)
        case AllOf() | AnyOf():
            style: Literal["standard", "or"] = "standard" if isinstance(condition, AllOf) != negated else "or"
            parts: dict[object, Question | Group] = {}
            for part in condition.conditions:
                found = _flat(part, negated=negated)
                inner = found.parts if isinstance(found, Group) and found.style == style else (found,)
                parts.update((each.of, each) for each in inner)
            return next(iter(parts.values())) if len(parts) == 1 else Group(style=style, parts=tuple(parts.values()))
        case _:
            return Question(node=condition, negated=negated, of=(_made_of(condition), negated))


def _made_of(node: Leaf) -> object:
    match node:
        case InStore() | InChannel() | OnWeekday() | InTier():
            return node.kind, frozenset(node.any_of)
        case AtTimeOfDay():
            return node.kind, node.from_time, node.until_time
        case OfAmount():
            return node.kind, node.at_least_minor
        case _:
            assert_never(node)


def _told(tree: Question | Group, teller: Teller) -> str:
    if isinstance(tree, Question):
        return _asked(tree, teller)
    voice = teller.voice
    # What has an “and” or an “or” of its own stands in brackets.
    parts = [
        voice.say(CONDITIONS["in_brackets"], text=_told(part, teller)) if _is_compound(part) else _told(part, teller)
        for part in tree.parts
    ]
    return voice.listed(parts, tree.style)


def _is_compound(tree: Question | Group) -> bool:
    if isinstance(tree, Group) or isinstance(tree.node, AtTimeOfDay):
        return True
    return not isinstance(tree.node, OfAmount) and len({*tree.node.any_of}) > 1


def _asked(question: Question, teller: Teller) -> str:
    voice, node = teller.voice, question.node
    ending = "_not" if question.negated else ""
    match node:
        case InStore() | InChannel():
            return voice.say(CONDITIONS[node.kind + ending], any=voice.quoted(sorted({*node.any_of}), "or"))
        case OnWeekday():
            days = [voice.weekday(day) for day in WEEKDAYS if day in node.any_of]
            return voice.say(CONDITIONS["weekday" + ending], any=voice.listed(days, "or"))
        case InTier():
            levels = [title for level, title in teller.levels.items() if level in node.any_of]
            return voice.say(CONDITIONS["tier" + ending], any=voice.quoted(levels, "or"))
        case AtTimeOfDay():
            kind = "time" if node.from_time < node.until_time else "time_night"
            return voice.say(CONDITIONS[kind + ending], from_=node.from_time, until=node.until_time)
        case OfAmount():
            return voice.say(CONDITIONS["amount" + ending], money=voice.money(node.at_least_minor))
        case _:
            assert_never(node)


def about(items: ItemFilter, teller: Teller) -> Iterator[Said]:
    """Which goods a rule is about."""
    voice = teller.voice
    wanted = frozenset(items.categories or ()), frozenset(items.skus or ())
    categories, skus = (voice.quoted(sorted(codes), "standard") for codes in wanted)
    if all(wanted):
        text = voice.say(CONDITIONS["categories_or_skus"], categories=categories, skus=skus)
        yield Said(aspect="items", text=text, of=wanted)
    elif any(wanted):
        kind = "categories" if wanted[0] else "skus"
        yield Said(aspect="items", text=voice.say(CONDITIONS[kind], codes=categories or skus), of=wanted)
    for aspect, excepted in (("except_categories", items.except_categories), ("except_skus", items.except_skus)):
        if excepted:
            codes = voice.quoted(sorted({*excepted}), "standard")
            yield Said(aspect=aspect, text=voice.say(CONDITIONS[aspect], codes=codes), of=frozenset(excepted))
