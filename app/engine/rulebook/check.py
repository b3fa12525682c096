"""The check before a rulebook is published: the document, or everything that is wrong with it at once."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pydantic import ValidationError

from app.engine.rulebook.compile import stage_of
from app.engine.rulebook.conditions import (
    CONDITION_DEPTH_MAX,
    CONDITION_NODES_MAX,
    AllOf,
    AnyOf,
    AtTimeOfDay,
    Condition,
    InTier,
    ItemFilter,
    Not,
)
from app.engine.rulebook.document import Multiply, Redemption, Referral, Rule, Rulebook, Tiers
from app.engine.rulebook.faults import Fault, faults_of, pointer
from app.engine.rulebook.judging import tests_of
from app.engine.rulebook.matching import can_match

__all__ = ["Fault", "check"]

FAULTS_MAX: Final = 100
# Each multiplier is applied to each base rule, line by line: this bounds what one basket may cost.
COMBINATIONS_MAX: Final = 2000

Place = tuple[str | int, ...]


def check(raw: object, previous: Rulebook | None) -> Rulebook | tuple[Fault, ...]:
    """Read a parsed JSON document that shall follow `previous`; the first 100 faults if it has any."""
    try:
        document = Rulebook.model_validate(raw)
    except ValidationError as error:
        return tuple(islice(faults_of(error, raw), FAULTS_MAX))
    return tuple(islice(_faults(document, previous), FAULTS_MAX)) or document


def _faults(document: Rulebook, previous: Rulebook | None) -> Iterator[Fault]:
    levels = document.tiers.levels if document.tiers else ()
    ranks: dict[str | None, int] = {level.id: rank for rank, level in enumerate(levels)}
    seen: set[str] = set()
    for number, rule in enumerate(document.earning.rules):
        place: Place = ("earning", "rules", number)
        if rule.id in seen:
            yield _fault("duplicate_id", "Another rule has this id.", *place, "id")
        seen.add(rule.id)
        yield from _rule(rule, ranks, place)
    stages = Counter(stage_of(rule.effect) for rule in document.earning.rules)
    if stages["base"] * stages["multiply"] > COMBINATIONS_MAX:
        detail = f"Base rules times multipliers must be at most {COMBINATIONS_MAX}."
        yield _fault("too_many_combinations", detail, "earning", "rules")
    if document.tiers:
        yield from _tiers(document.tiers)
    if previous and previous.tiers:
        for level in previous.tiers.levels:
            if level.id not in ranks:
                detail = f"Level {level.id} of the previous version is missing; members may stand on it."
                yield _fault("tier_removed", detail, *(("tiers", "levels") if document.tiers else ("tiers",)))
    if document.redemption:
        yield from _redemption(document.redemption)
    if document.referral:
        yield from _referral(document.referral)


def _rule(rule: Rule, ranks: dict[str | None, int], place: Place) -> Iterator[Fault]:
    found = []
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        found.append(_fault("empty_period", "Must not lie before `valid_from`.", *place, "valid_until"))
    if rule.when:
        found.extend(_condition(rule.when, ranks, (*place, "when")))
    if not found and not can_match(tuple(tests_of(rule, ranks)), len(ranks)):
        found.append(_fault("never_applies", "No purchase can meet these conditions together.", *place, "when"))
    yield from found
    if rule.items:
        yield from _items(rule.items, (*place, "items"))
    if isinstance(rule.effect, Multiply) and rule.effect.by.numerator == rule.effect.by.denominator:
        yield _fault("no_effect", "A factor of one changes nothing.", *place, "effect", "by")


def _condition(condition: Condition, ranks: dict[str | None, int], place: Place) -> Iterator[Fault]:
    # One more than allowed is enough to know; a hostile document may have a million.
    nodes = list(islice(_walk(condition, place, 1), CONDITION_NODES_MAX + 1))
    if any(depth > CONDITION_DEPTH_MAX for _, _, depth in nodes):
        yield _fault("too_deep", f"Conditions may be nested at most {CONDITION_DEPTH_MAX} deep.", *place)
    if len(nodes) > CONDITION_NODES_MAX:
        yield _fault("too_many_conditions", f"A rule may have at most {CONDITION_NODES_MAX} conditions.", *place)
    for node, where, _ in nodes:
        if isinstance(node, AtTimeOfDay) and node.from_time == node.until_time:
            yield _fault("empty_window", "Must differ from `from`.", *where, "until")
        if isinstance(node, InTier):
            for number, tier in enumerate(node.any_of):
                if tier not in ranks:
                    yield _fault("unknown_tier", "No level has this id.", *where, "any_of", number)


def _walk(condition: Condition, place: Place, depth: int) -> Iterator[tuple[Condition, Place, int]]:
    yield condition, place, depth
    match condition:
        case AllOf() | AnyOf():
            for number, part in enumerate(condition.conditions):
                yield from _walk(part, (*place, "conditions", number), depth + 1)
        case Not():
            yield from _walk(condition.condition, (*place, "condition"), depth + 1)
        case _:
            return


def _items(items: ItemFilter, place: Place) -> Iterator[Fault]:
    if items == ItemFilter():
        yield _fault("empty_filter", "Say which lines, or leave the filter out.", *place)
    pairs = (
        ("except_categories", items.categories, items.except_categories),
        ("except_skus", items.skus, items.except_skus),
    )
    for name, included, excepted in pairs:
        both = frozenset(included or ())
        for number, code in enumerate(excepted or ()):
            if code in both:
                yield _fault("contradiction", "The filter names this code as in and as out.", *place, name, number)


def _tiers(tiers: Tiers) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, level in enumerate(tiers.levels):
        place: Place = ("tiers", "levels", number)
        if level.id in seen:
            yield _fault("duplicate_id", "Another level has this id.", *place, "id")
        seen.add(level.id)
        if number == 0 and level.from_points != 0:
            yield _fault("first_level_not_zero", "The base level starts at 0.", *place, "from_points")
        if number > 0 and level.from_points <= tiers.levels[number - 1].from_points:
            yield _fault("not_increasing", "Must be more than the level below asks for.", *place, "from_points")


def _redemption(terms: Redemption) -> Iterator[Fault]:
    if terms.step_points * terms.value_minor % terms.points:
        yield _fault("step_not_exact", "A step must be worth whole minor units.", "redemption", "step_points")
    if terms.minimum_points % terms.step_points:
        yield _fault("not_a_multiple", "Must be a multiple of `step_points`.", "redemption", "minimum_points")


def _referral(terms: Referral) -> Iterator[Fault]:
    if not terms.referrer_points and not terms.friend_points:
        yield _fault("no_effect", "One of the two must get points.", "referral")


def _fault(code: str, detail: str, *place: str | int) -> Fault:
    return Fault(pointer=pointer(*place), code=code, detail=detail)
