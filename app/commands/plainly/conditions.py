"""When a rule applies, in one sentence: “if the day is Tuesday and the purchase costs ₫200,000 or more”.

Negations are told where they belong, at the single questions: not all of them is one of them not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from app.commands.plainly.about_members import AboutMember, has_parts, made_of, told_of_member
from app.commands.plainly.parts import Said, Teller
from app.commands.plainly.phrases import CONDITIONS
from app.commands.plainly.phrases_tiers import TIERS
from app.commands.plainly.voice import Voice
from app.engine.rulebook.conditions import (
    WEEKDAYS,
    AllOf,
    AnyOf,
    AtTill,
    AtTimeOfDay,
    ByStaff,
    Condition,
    HasAttribute,
    HasItems,
    InChannel,
    InMonth,
    InSegment,
    InStore,
    InTier,
    ItemFilter,
    Leaf,
    MemberFor,
    NearBirthday,
    Not,
    OfAmount,
    OnDates,
    OnDayOfMonth,
    OnPurchase,
    OnWeekday,
    PaidWith,
    Recently,
    SinceLast,
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
    told, of = in_words(condition, teller)
    return Said(aspect="when", text=teller.voice.say(CONDITIONS["when"], condition=told), of=of)


def in_words(condition: Condition, teller: Teller) -> tuple[str, object]:
    """A whole tree inside of a sentence, and what it is made of."""
    tree = _flat(condition, negated=False)
    return _told(tree, teller), tree.of


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
        case InTier(set=str()):
            return node.kind, node.set, frozenset(node.any_of)
        case (
            InStore()
            | InChannel()
            | OnWeekday()
            | InTier()
            | PaidWith()
            | AtTill()
            | ByStaff()
            | InMonth()
            | OnDayOfMonth()
            | InSegment()
        ):
            return node.kind, frozenset(node.any_of)
        case AtTimeOfDay():
            return node.kind, node.from_time, node.until_time
        case OfAmount():
            return node.kind, node.at_least_minor, node.at_most_minor
        case OnDates():
            return node.kind, node.from_date, node.until_date
        case HasItems():
            asked = node.at_least_units, node.at_least_lines, node.items_at_least_minor
            return node.kind, None if node.items is None else goods_of(node.items), asked
        case _:
            return made_of(node)


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
    node = tree.node
    if isinstance(node, HasItems):
        return True
    if isinstance(node, OfAmount):
        return bool(node.at_least_minor) and node.at_most_minor is not None
    if isinstance(node, OnDates):
        return node.from_date is not None and node.until_date is not None
    if isinstance(node, AboutMember):
        return has_parts(node)
    return len({*node.any_of}) > 1


def _asked(question: Question, teller: Teller) -> str:
    voice, node = teller.voice, question.node
    ending = "_not" if question.negated else ""
    match node:
        case InStore() | InChannel() | PaidWith() | AtTill() | ByStaff():
            return voice.say(CONDITIONS[node.kind + ending], any=voice.quoted(sorted({*node.any_of}), "or"))
        case InTier(set=str() as name):
            title, titles = teller.sets[name]
            levels = [told for level, told in titles.items() if level in node.any_of]
            return voice.say(TIERS["in_set" + ending], set=title, any=voice.quoted(levels, "or"))
        case InTier():
            levels = [title for level, title in teller.levels.items() if level in node.any_of]
            return voice.say(CONDITIONS["tier" + ending], any=voice.quoted(levels, "or"))
        case OfAmount():
            return _amount(node, voice, negated=question.negated)
        case HasItems():
            text = basket_holds(node, voice)
            return voice.say(CONDITIONS["has_items" + ending], goods=text)
        case InSegment():
            segments = [title for segment, title in teller.segments.items() if segment in node.any_of]
            return voice.say(CONDITIONS["segment" + ending], any=voice.quoted(segments, "or"))
        case OnPurchase() | SinceLast() | MemberFor() | Recently() | NearBirthday() | HasAttribute():
            return told_of_member(node, teller, negated=question.negated)
        case _:
            return _when(node, ending, voice)


def _when(node: OnWeekday | AtTimeOfDay | OnDates | InMonth | OnDayOfMonth, ending: str, voice: Voice) -> str:
    """Days and times."""
    match node:
        case OnWeekday():
            days = [voice.weekday(day) for day in WEEKDAYS if day in node.any_of]
            return voice.say(CONDITIONS["weekday" + ending], any=voice.listed(days, "or"))
        case AtTimeOfDay():
            kind = "time" if node.from_time < node.until_time else "time_night"
            return voice.say(CONDITIONS[kind + ending], from_=node.from_time, until=node.until_time)
        case InMonth():
            months = [voice.month(month) for month in sorted({*node.any_of})]
            return voice.say(CONDITIONS["month" + ending], any=voice.listed(months, "or"))
        case OnDayOfMonth():
            numbers = [voice.number(day) for day in sorted({*node.any_of})]
            return voice.say(CONDITIONS["day_of_month" + ending], any=voice.listed(numbers, "or"))
        case OnDates(from_date=first, until_date=last):
            if first and last:
                return voice.say(CONDITIONS["dates" + ending], first=voice.day(first), last=voice.day(last))
            if first:
                return voice.say(CONDITIONS["dates_from" + ending], day=voice.day(first))
            assert last is not None, "the check wants one of the two"
            return voice.say(CONDITIONS["dates_until" + ending], day=voice.day(last))
        case _:
            assert_never(node)


def _amount(node: OfAmount, voice: Voice, *, negated: bool) -> str:
    ending, least, most = "_not" if negated else "", node.at_least_minor, node.at_most_minor
    if most is None:
        return voice.say(CONDITIONS["amount" + ending], money=voice.money(least))
    if not least:
        return voice.say(CONDITIONS["amount_most" + ending], money=voice.money(most))
    return voice.say(CONDITIONS["amount_range" + ending], least=voice.money(least), most=voice.money(most))


def basket_holds(node: HasItems, voice: Voice) -> str:
    """The goods that a basket must hold, and how much of them."""
    goods = goods_told(node.items, voice)
    asked = []
    if node.at_least_units is not None:
        asked.append(voice.say(CONDITIONS["units"], number=voice.number(node.at_least_units)))
    if node.at_least_lines is not None:
        asked.append(voice.say(CONDITIONS["lines"], number=voice.number(node.at_least_lines)))
    if node.items_at_least_minor is not None:
        asked.append(voice.say(CONDITIONS["worth_of"], money=voice.money(node.items_at_least_minor)))
    return voice.say(CONDITIONS["goods_much"], goods=goods, much=voice.listed(asked, "standard")) if asked else goods


def goods_told(items: ItemFilter | None, voice: Voice) -> str:
    """Which goods a filter takes, inside of a sentence."""
    if items is None:
        return voice.say(CONDITIONS["all_goods"])
    parts = []
    for kind, codes in (("goods_of", items.categories), ("articles", items.skus)):
        if codes:
            parts.append(voice.say(CONDITIONS[kind], codes=voice.quoted(sorted({*codes}), "or")))
    told = voice.listed(parts, "or") if parts else voice.say(CONDITIONS["all_goods"])
    excepted = [*(items.except_categories or ()), *(items.except_skus or ())]
    if excepted:
        return voice.say(CONDITIONS["goods_except"], goods=told, codes=voice.quoted(sorted({*excepted}), "standard"))
    return told


def goods_of(items: ItemFilter) -> object:
    """What a filter is made of; codes have no order of their own."""
    parts = items.categories, items.skus, items.except_categories, items.except_skus
    return tuple(frozenset(part or ()) for part in parts)


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
