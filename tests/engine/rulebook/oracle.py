"""A second evaluation, slow and literal, to hold the real one against: fractions, and no index."""

from datetime import date
from fractions import Fraction
from math import ceil, floor

from app.engine.facts import Facts, Line
from app.engine.rulebook.compile import Stage, stage_of
from app.engine.rulebook.conditions import (
    WEEKDAYS,
    AllOf,
    AnyOf,
    AtTill,
    AtTimeOfDay,
    ByStaff,
    Condition,
    HasItems,
    InChannel,
    InMonth,
    InStore,
    InTier,
    ItemFilter,
    Not,
    OfAmount,
    OnDates,
    OnDayOfMonth,
    OnWeekday,
    PaidWith,
)
from app.engine.rulebook.document import Basis, Bonus, Expiry, Multiply, PerAmount, Rule, Rulebook


def holds(condition: Condition, facts: Facts, document: Rulebook) -> bool:  # noqa: C901 - one case a kind
    match condition:
        case AllOf():
            return all(holds(part, facts, document) for part in condition.conditions)
        case AnyOf():
            return any(holds(part, facts, document) for part in condition.conditions)
        case Not():
            return not holds(condition.condition, facts, document)
        case InStore():
            return facts.basket.store in condition.any_of
        case InChannel():
            return facts.basket.channel in condition.any_of
        case OnWeekday():
            return WEEKDAYS[facts.weekday] in condition.any_of
        case AtTimeOfDay():
            return within(condition, f"{facts.minute_of_day // 60:02}:{facts.minute_of_day % 60:02}")
        case InTier():
            assert document.tiers
            levels = [level.id for level in document.tiers.levels]
            return (facts.tier if facts.tier in levels else levels[0]) in condition.any_of
        case OfAmount():
            total = sum(line.amount_minor for line in facts.basket.lines)
            most = condition.at_most_minor
            return total >= condition.at_least_minor and (most is None or total <= most)
        case PaidWith() | AtTill() | ByStaff() | InMonth() | OnDayOfMonth() | OnDates() | HasItems():
            return holds_besides(condition, facts)
        case _:
            raise AssertionError(f"purchases alone do not answer {condition}")


def holds_besides(
    condition: PaidWith | AtTill | ByStaff | InMonth | OnDayOfMonth | OnDates | HasItems, facts: Facts
) -> bool:
    match condition:
        case PaidWith():
            return bool({tender.kind for tender in facts.basket.tenders} & set(condition.any_of))
        case AtTill():
            return facts.basket.till in condition.any_of
        case ByStaff():
            return facts.basket.staff in condition.any_of
        case InMonth():
            return date.fromordinal(facts.local_day).month in condition.any_of
        case OnDayOfMonth():
            return date.fromordinal(facts.local_day).day in condition.any_of
        case OnDates():
            day = date.fromordinal(facts.local_day)
            return (condition.from_date or day) <= day <= (condition.until_date or day)
        case HasItems():
            return has_items(condition, facts)


def has_items(condition: HasItems, facts: Facts) -> bool:
    lines = [line for line in facts.basket.lines if passes(condition.items, line)]
    least = (condition.at_least_units, condition.at_least_lines, condition.items_at_least_minor)
    found: tuple[Fraction | int, ...] = (
        Fraction(sum(line.quantity_micro for line in lines), 1_000_000),
        len(lines),
        sum(line.amount_minor for line in lines),
    )
    if least == (None, None, None):
        return bool(lines)
    return all(wanted is None or have >= wanted for wanted, have in zip(least, found, strict=True))


def within(window: AtTimeOfDay, now: str) -> bool:
    if window.from_time < window.until_time:
        return window.from_time <= now < window.until_time
    return now >= window.from_time or now < window.until_time


def takes(rule: Rule, line: Line) -> bool:
    return passes(rule.items, line)


def passes(items: ItemFilter | None, line: Line) -> bool:
    if items is None:
        return True
    listed = items.categories is not None or items.skus is not None
    if listed and line.category not in (items.categories or ()) and line.sku not in (items.skus or ()):
        return False
    return line.category not in (items.except_categories or ()) and line.sku not in (items.except_skus or ())


def applies(rule: Rule, facts: Facts, document: Rulebook) -> bool:
    return (
        (rule.valid_from is None or rule.valid_from.toordinal() <= facts.local_day)
        and (rule.valid_until is None or facts.local_day <= rule.valid_until.toordinal())
        and (rule.when is None or holds(rule.when, facts, document))
        and any(takes(rule, line) for line in facts.basket.lines)
    )


def nearest(value: Fraction, mode: str) -> int:
    if mode == "half_even":
        return round(value)
    return {"down": floor(value), "up": ceil(value), "half_up": floor(value + Fraction(1, 2))}[mode]


def by_largest_remainder(total: int, exact: list[Fraction]) -> list[int]:
    parts = [floor(part) for part in exact]
    while sum(parts) < total:
        short = [part - given for part, given in zip(exact, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


def in_proportion(total: int, weights: list[int]) -> list[int]:
    if not sum(weights):
        return [total if place == 0 else 0 for place in range(len(weights))]
    return by_largest_remainder(total, [Fraction(total * weight, sum(weights)) for weight in weights])


def eligible(basis: Basis, facts: Facts) -> list[int]:
    lines = facts.basket.lines
    amounts = [line.amount_minor for line in lines]
    gifts = sum(tender.amount_minor for tender in facts.basket.tenders if tender.kind == "gift_card")
    points_shares = in_proportion(facts.points_paid_minor, amounts)
    gift_shares = in_proportion(gifts, amounts)
    found = []
    for line, points_share, gift_share in zip(lines, points_shares, gift_shares, strict=True):
        part = line.amount_minor
        part += line.discount_minor if basis.discounts == "before" else 0
        part -= line.tax_minor if basis.tax == "without" else 0
        part -= points_share if basis.points_paid == "without" else 0
        part -= gift_share if basis.gift_cards == "without" else 0
        found.append(max(part, 0))
    return found


def base_points(rule: Rule, multipliers: list[Rule], facts: Facts, document: Rulebook) -> list[int]:
    """The points of one base rule by line, under these multipliers, which raise only those of the main wallet."""
    effect = rule.effect
    assert isinstance(effect, PerAmount)
    wallets = {wallet.id: wallet.rounding for wallet in document.wallets}
    rounding = effect.rounding or wallets.get(rule.wallet or "points", document.rounding)
    if rule.wallet in wallets:
        multipliers = []
    exact = []
    for line, part in zip(facts.basket.lines, eligible(effect.basis, facts), strict=True):
        points = Fraction(part * effect.points, effect.per_minor) if takes(rule, line) else Fraction(0)
        for multiplier in multipliers:
            assert isinstance(multiplier.effect, Multiply)
            if takes(multiplier, line):
                points *= Fraction(multiplier.effect.by.numerator, multiplier.effect.by.denominator)
        exact.append(points)
    if rounding.scope == "line":
        return [nearest(points, rounding.mode) for points in exact]
    return by_largest_remainder(nearest(sum(exact, Fraction(0)), rounding.mode), exact)


def bonus_points(rule: Rule, facts: Facts) -> list[int]:
    assert isinstance(rule.effect, Bonus)
    places = [place for place, line in enumerate(facts.basket.lines) if takes(rule, line)]
    shares = in_proportion(rule.effect.points, [facts.basket.lines[place].amount_minor for place in places])
    given = dict(zip(places, shares, strict=True))
    return [given.get(place, 0) for place in range(len(facts.basket.lines))]


def award(document: Rulebook, facts: Facts) -> tuple[list[int], dict[str, int]]:
    """The points by line, and what each rule that applies granted, by its id."""

    def applying(stage: Stage) -> list[Rule]:
        found = [rule for rule in document.earning.rules if stage_of(rule.effect) == stage]
        found.sort(key=lambda rule: (rule.priority, rule.id))
        return [rule for rule in found if applies(rule, facts, document)]

    rates, multipliers, bonuses = applying("base"), applying("multiply"), applying("add")
    totals = [
        sum(sum(base_points(rate, multipliers[:count], facts, document)) for rate in rates)
        for count in range(len(multipliers) + 1)
    ]
    granted = {rate.id: sum(base_points(rate, [], facts, document)) for rate in rates}
    for rule, before, after in zip(multipliers, totals, totals[1:], strict=False):
        granted[rule.id] = after - before
    main = [rule for rule in (*rates, *bonuses) if rule.wallet in (None, "points")]
    parts = [_final(rule, multipliers, facts, document) for rule in main]
    for bonus in bonuses:
        granted[bonus.id] = sum(bonus_points(bonus, facts))
    return [sum(column) for column in zip([0] * len(facts.basket.lines), *parts, strict=True)], granted


def _final(rule: Rule, multipliers: list[Rule], facts: Facts, document: Rulebook) -> list[int]:
    if isinstance(rule.effect, PerAmount):
        return base_points(rule, multipliers, facts, document)
    return bonus_points(rule, facts)


def grants(document: Rulebook, facts: Facts) -> dict[tuple[str, Expiry | None], list[int]]:
    """The points of each wallet and life by line, where there are any."""
    rules = sorted(document.earning.rules, key=lambda rule: (rule.priority, rule.id))
    applying = [rule for rule in rules if applies(rule, facts, document)]
    multipliers = [rule for rule in applying if isinstance(rule.effect, Multiply)]
    levels = document.tiers.levels if document.tiers else ()
    usual = next((level.expiry for level in levels if level.id == facts.tier), levels[0].expiry if levels else None)
    found: dict[tuple[str, Expiry | None], list[int]] = {}
    for rule in applying:
        if isinstance(rule.effect, Multiply):
            continue
        wallet = "" if rule.wallet in (None, "points") else rule.wallet or ""
        expiry = rule.expiry or (None if wallet else usual)
        points = _final(rule, multipliers, facts, document)
        before = found.get((wallet, expiry), [0] * len(points))
        found[wallet, expiry] = [sum(pair) for pair in zip(before, points, strict=True)]
    return {place: points for place, points in found.items() if sum(points)}
