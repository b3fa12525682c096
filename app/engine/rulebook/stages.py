"""What rules give, stage by stage: rates, factors, points on top, and where all of it goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, assert_never

from app.engine.rulebook.document import (
    MAIN_WALLET,
    Basis,
    Bonus,
    BuyGet,
    Effect,
    Expiry,
    Group,
    Multiply,
    PerAmount,
    PerUnit,
    Rounding,
    RoundingMode,
    Rule,
    StepTable,
    Wallet,
)
from app.engine.rulebook.ratios import Ratio

Stage = Literal["base", "multiply", "add"]
STAGES: tuple[Stage, ...] = ("base", "multiply", "add")


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRate:
    """`points` per `per_minor` of the money that basis number `basis` finds in a line."""

    points: int
    per_minor: int
    basis: int
    mode: RoundingMode
    by_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRate:
    """`points` per `units_micro` of quantity, for whole sets only or exactly."""

    points: int
    units_micro: int
    whole_sets: bool
    mode: RoundingMode
    by_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a rule's points go: a wallet ("" is the main one), and how long they are good there if the rule says."""

    wallet: str
    expiry: Expiry | None


MAIN: Final = Destination(wallet="", expiry=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The rules of one kind of activity, by index.

    `rating`, `multiplying` and `adding` are the rules of each stage, `everything` all of them, `unfiltered` those that
    take every line, as sets of bits; `rates`, `factors`, `bonuses`, `unit_rates` and `tables` hold what they give.
    `groups` are what groups take and their rules, `exclusives` the exclusive rules in their order. `destinations` says
    where each base rule and rule on top pays, `caps` the most that a rule gives in one purchase. `multiplied` are the
    base rules of the main wallet, which alone multipliers raise.
    """

    bases: tuple[Basis, ...]
    rates: Mapping[int, BaseRate]
    unit_rates: Mapping[int, UnitRate]
    factors: Mapping[int, Ratio]
    bonuses: Mapping[int, int]
    tables: Mapping[int, StepTable | BuyGet]
    groups: tuple[tuple[str, int], ...]
    exclusives: tuple[int, ...]
    rating: int
    multiplying: int
    adding: int
    everything: int
    unfiltered: int
    destinations: Mapping[int, Destination]
    caps: Mapping[int, int]
    multiplied: int

    @property
    def is_choosing(self) -> bool:
        """Whether a rule may do nothing although its conditions hold."""
        return bool(self.tables or self.groups or self.exclusives)

    @property
    def has_one_destination(self) -> bool:
        """Whether all points go to one place, and no rule has a cap."""
        return not self.caps and set(self.destinations.values()) <= {MAIN}


def told(stages: Stages) -> dict[str, Any]:
    """The fields of the stages, for what is built upon them."""
    return {field.name: getattr(stages, field.name) for field in fields(stages)}


def stages_of(rules: Sequence[Rule], wallets: Mapping[str, Wallet], groups: Sequence[Group]) -> Stages:
    """What rules give, in their order of evaluation."""
    effects = {index: rule.effect for index, rule in enumerate(rules)}
    destinations = {
        index: destination_of(rule) for index, rule in enumerate(rules) if not isinstance(rule.effect, Multiply)
    }
    usual = {index: wallets[destination.wallet].rounding for index, destination in destinations.items()}
    bases = tuple(
        dict.fromkeys(effect.basis for effect in effects.values() if isinstance(effect, PerAmount | StepTable))
    )
    rates = {
        index: _rate(effect, bases, usual[index]) for index, effect in effects.items() if isinstance(effect, PerAmount)
    }
    unit_rates = {
        index: _unit_rate(effect, usual[index]) for index, effect in effects.items() if isinstance(effect, PerUnit)
    }
    factors = {index: effect.by for index, effect in effects.items() if isinstance(effect, Multiply)}
    bonuses = {index: effect.points for index, effect in effects.items() if isinstance(effect, Bonus)}
    tables = {index: effect for index, effect in effects.items() if isinstance(effect, StepTable | BuyGet)}
    exclusives = [index for index, rule in enumerate(rules) if rule.exclusive]
    return Stages(
        bases=bases,
        rates=rates,
        unit_rates=unit_rates,
        factors=factors,
        bonuses=bonuses,
        tables=tables,
        groups=_groups(groups, rules),
        exclusives=tuple(sorted(exclusives, key=lambda index: (rules[index].priority, rules[index].id))),
        rating=_bits((*rates, *unit_rates)),
        multiplying=_bits(factors),
        adding=_bits((*bonuses, *tables)),
        everything=_bits(effects),
        unfiltered=_bits(index for index, rule in enumerate(rules) if rule.items is None),
        destinations=destinations,
        caps={index: rule.cap.points for index, rule in enumerate(rules) if rule.cap},
        multiplied=_bits(index for index in (*rates, *unit_rates) if not destinations[index].wallet),
    )


def stage_of(effect: Effect) -> Stage:
    """The stage of evaluation at which an effect works."""
    match effect:
        case PerAmount() | PerUnit():
            return "base"
        case Multiply():
            return "multiply"
        case Bonus() | StepTable() | BuyGet():
            return "add"
        case _ as never:
            assert_never(never)


def destination_of(rule: Rule) -> Destination:
    """Where a base rule or a bonus pays. The main wallet has a name for people, and none here."""
    wallet = "" if rule.wallet is None or rule.wallet == MAIN_WALLET else rule.wallet
    return Destination(wallet=wallet, expiry=rule.expiry)


def _groups(groups: Sequence[Group], rules: Sequence[Rule]) -> tuple[tuple[str, int], ...]:
    """Of each group that does not simply stack, what it takes, and its rules."""
    members = [
        (group.take, _bits(index for index, rule in enumerate(rules) if rule.group == group.id)) for group in groups
    ]
    return tuple((take, bits) for take, bits in members if take != "all" and bits)


def _bits(rules: Iterable[int]) -> int:
    return sum(1 << rule for rule in rules)


def _rate(effect: PerAmount, bases: tuple[Basis, ...], usual: Rounding) -> BaseRate:
    rounding = effect.rounding or usual
    return BaseRate(
        points=effect.points,
        per_minor=effect.per_minor,
        basis=bases.index(effect.basis),
        mode=rounding.mode,
        by_line=rounding.scope == "line",
    )


def _unit_rate(effect: PerUnit, usual: Rounding) -> UnitRate:
    rounding = effect.rounding or usual
    return UnitRate(
        points=effect.points,
        units_micro=effect.units * 1_000_000,
        whole_sets=effect.counts == "whole_sets",
        mode=rounding.mode,
        by_line=rounding.scope == "line",
    )
