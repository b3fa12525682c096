"""A checked document made ready for evaluation: rules in order of evaluation, and indexes of what they match."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, assert_never

from app.engine.facts import Facts
from app.engine.rulebook.asking import Asking, asking_of
from app.engine.rulebook.boarding import Boards, boards_of
from app.engine.rulebook.document import (
    Basis,
    Bonus,
    BuyGet,
    Effect,
    Expiry,
    Level,
    Multiply,
    PerAmount,
    PerUnit,
    Ratio,
    Rounding,
    RoundingMode,
    Rule,
    Rulebook,
    StepTable,
)
from app.engine.rulebook.games import Games, games_of
from app.engine.rulebook.judging import tests_of
from app.engine.rulebook.ladders import Ladder, ladders_of
from app.engine.rulebook.level_rules import level_rules
from app.engine.rulebook.matching import LineIndex, PurchaseIndex, index_lines, index_purchases
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.rooms import Room, rooms_of
from app.engine.rulebook.surprising import Surprising, surprising
from app.engine.rulebook.wallets import MAIN_WALLET, Wallet

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
class Compiled:
    """A rulebook ready for evaluation. The position of a rule in `rules` is its index in every trace.

    `wallets` are the terms of each wallet by name, "" the main one. `rating`, `multiplying` and `adding` are the rules
    of each stage, `everything` all of them, `unfiltered` those that take every line, as sets of bits; `rates`,
    `factors`, `bonuses`, `unit_rates` and `tables` hold what they give, by index. `groups` are what groups take and
    their rules, `exclusives` the exclusive rules in their order; `rooms` are their limits; `is_settled`: not
    all rules whose conditions hold do their work.

    `destinations` says where each base rule and bonus pays, `caps` the most that a rule gives in one purchase,
    `cap` the most of all of them, `level_expiries` by rank what levels say of the life of points of the main
    wallet. `multiplied` are the base rules of the main wallet, which alone multipliers raise. `is_plain`: there
    is one destination and no cap, as in most rulebooks. `questions` are what conditions ask about the person,
    `draws` says that something is left to chance.

    `activities` are the rules about each kind of activity that is no purchase, `games` the challenges and streaks,
    `boards` the leaderboards by kind of activity.
    """

    document: Rulebook
    wallets: Mapping[str, Wallet]
    rules: tuple[Rule, ...]
    ladders: tuple[Ladder, ...]
    levels: tuple[Level, ...]
    ranks: Mapping[str | None, int]
    asking: Asking
    is_gauged: bool
    bases: tuple[Basis, ...]
    rates: Mapping[int, BaseRate]
    factors: Mapping[int, Ratio]
    bonuses: Mapping[int, int]
    unit_rates: Mapping[int, UnitRate]
    tables: Mapping[int, StepTable | BuyGet]
    groups: tuple[tuple[str, int], ...]
    exclusives: tuple[int, ...]
    rooms: tuple[Room, ...]
    is_settled: bool
    rating: int
    multiplying: int
    adding: int
    everything: int
    unfiltered: int
    purchases: PurchaseIndex
    lines: LineIndex
    destinations: Mapping[int, Destination]
    caps: Mapping[int, int]
    cap: int | None
    level_expiries: tuple[Expiry | None, ...]
    multiplied: int
    is_plain: bool
    questions: tuple[str, ...] = ()
    draws: bool = False
    surprising: Surprising | None = None
    activities: Mapping[str, "Compiled"] = field(default_factory=dict)
    games: Games | None = None
    boards: Mapping[str, Boards] = field(default_factory=dict)

    @property
    def is_measured(self) -> bool:
        """Whether the member is looked at before the rules run."""
        return bool(self.asking.gauges or self.rooms)

    def room(self, facts: Facts) -> tuple[int, ...]:
        """What was read of the limits; the gauges come before them."""
        return facts.readings[len(self.asking.gauges) :]

    @property
    def is_climbing(self) -> bool:
        """Whether there are tiers of which an account does not keep what they count."""
        return any(not ladder.is_plain for ladder in self.ladders)

    def ladder(self, name: str) -> Ladder | None:
        """A set of tiers by its id, the main one by an empty one."""
        return next((ladder for ladder in self.ladders if ladder.id == name), None)


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


def compile_rulebook(document: Rulebook) -> Compiled:
    """Compile a checked document. The caller keeps the result: it costs far more than an evaluation."""
    compiled = _compiled(document, PURCHASES)
    return replace(
        compiled,
        activities={kind.id: _compiled(document, kind.id) for kind in document.activities},
        games=games_of(document, compiled.asking),
        boards=boards_of(document.leaderboards, compiled.asking),
    )


def _compiled(document: Rulebook, kind: str) -> Compiled:
    """Compile what a document says of purchases, or of activities of another kind."""
    rules = _in_order(document, kind)
    levels = document.tiers.levels if document.tiers else ()
    ranks: dict[str | None, int] = {level.id: rank for rank, level in enumerate(levels)}
    ranks[None] = 0
    asking = asking_of(document, ranks)
    effects = {index: rule.effect for index, rule in enumerate(rules)}
    wallets = _wallets(document)
    destinations = {
        index: destination_of(rule) for index, rule in enumerate(rules) if not isinstance(rule.effect, Multiply)
    }
    bases = tuple(
        dict.fromkeys(effect.basis for effect in effects.values() if isinstance(effect, PerAmount | StepTable))
    )
    rates = {
        index: _rate(effect, bases, wallets[destinations[index].wallet].rounding)
        for index, effect in effects.items()
        if isinstance(effect, PerAmount)
    }
    unit_rates = {
        index: _unit_rate(effect, wallets[destinations[index].wallet].rounding)
        for index, effect in effects.items()
        if isinstance(effect, PerUnit)
    }
    tables = {index: effect for index, effect in effects.items() if isinstance(effect, StepTable | BuyGet)}
    exclusives = sorted(
        (index for index, rule in enumerate(rules) if rule.exclusive),
        key=lambda index: (rules[index].priority, rules[index].id),
    )
    groups = _groups(document, rules)
    rooms = rooms_of(document, rules, for_all=kind == PURCHASES)
    factors = {index: effect.by for index, effect in effects.items() if isinstance(effect, Multiply)}
    bonuses = {index: effect.points for index, effect in effects.items() if isinstance(effect, Bonus)}
    caps = {index: rule.cap.points for index, rule in enumerate(rules) if rule.cap}
    cap = document.earning.cap.points if document.earning.cap and kind == PURCHASES else None
    return Compiled(
        document=document,
        wallets=wallets,
        rules=rules,
        ladders=ladders_of(document),
        levels=levels,
        ranks=ranks,
        asking=asking,
        is_gauged=bool(asking.places),
        questions=asking.questions,
        bases=bases,
        rates=rates,
        factors=factors,
        bonuses=bonuses,
        unit_rates=unit_rates,
        tables=tables,
        groups=groups,
        exclusives=tuple(exclusives),
        rooms=rooms,
        is_settled=bool(tables or groups or exclusives or rooms),
        rating=_bits(rates | unit_rates),
        multiplying=_bits(factors),
        adding=_bits(bonuses | tables),
        everything=_bits(effects),
        unfiltered=_bits(index for index, rule in enumerate(rules) if rule.items is None),
        purchases=index_purchases([tuple(tests_of(rule, asking)) for rule in rules], asking),
        lines=index_lines([rule.items for rule in rules]),
        destinations=destinations,
        caps=caps,
        cap=cap,
        level_expiries=tuple(level.expiry for level in levels) or (None,),
        multiplied=_bits(index for index in rates | unit_rates if not destinations[index].wallet),
        is_plain=not caps
        and cap is None
        and not rooms
        and set(destinations.values()) <= {Destination(wallet="", expiry=None)},
        draws=bool(document.surprises) or any(reward.wheel is not None for reward in document.rewards),
        surprising=surprising(document.surprises, kind, asking),
    )


def _groups(document: Rulebook, rules: tuple[Rule, ...]) -> tuple[tuple[str, int], ...]:
    """Of each group that does not simply stack, what it takes, and its rules."""
    members = [
        (group.take, _bits(index for index, rule in enumerate(rules) if rule.group == group.id))
        for group in document.earning.groups
    ]
    return tuple((take, bits) for take, bits in members if take != "all" and bits)


def _in_order(document: Rulebook, kind: str) -> tuple[Rule, ...]:
    return tuple(
        sorted(
            (rule for rule in (*document.earning.rules, *level_rules(document)) if rule.on == kind),
            key=lambda rule: (STAGES.index(stage_of(rule.effect)), rule.priority, rule.id),
        )
    )


def destination_of(rule: Rule) -> Destination:
    """Where a base rule or a bonus pays. The main wallet has a name for people, and none here."""
    wallet = "" if rule.wallet is None or rule.wallet == MAIN_WALLET else rule.wallet
    return Destination(wallet=wallet, expiry=rule.expiry)


def _wallets(document: Rulebook) -> Mapping[str, Wallet]:
    """The terms of each wallet by its id; those of the main one, whose name in the ledger is empty, stand on top."""
    main = Wallet(
        id=MAIN_WALLET,
        title={"en": MAIN_WALLET},
        rounding=document.rounding,
        expiry=document.expiry,
        pending=document.pending,
        debt=document.debt,
        redemption=document.redemption,
    )
    return {"": main} | {wallet.id: wallet for wallet in document.wallets}


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
