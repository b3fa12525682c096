"""The check before a rulebook is published: the document, or everything that is wrong with it at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from pydantic import ValidationError

from app.engine.rulebook.asking import Asking, asking_of
from app.engine.rulebook.check_boards import faults_of_boards
from app.engine.rulebook.check_conditions import faults_of_condition, faults_of_items
from app.engine.rulebook.check_draws import faults_of_draws
from app.engine.rulebook.check_games import faults_of_games, faults_of_kind
from app.engine.rulebook.check_life import faults_of_lot_expiry
from app.engine.rulebook.check_limits import faults_of_earning_limits, faults_of_limits
from app.engine.rulebook.check_segments import can_be_judged, faults_of_segments
from app.engine.rulebook.check_stacking import faults_of_effect, faults_of_stacking
from app.engine.rulebook.check_terms import faults_of_terms
from app.engine.rulebook.compile import destination_of, stage_of
from app.engine.rulebook.document import MAIN_WALLET, Earning, Multiply, Pending, Rule, Rulebook
from app.engine.rulebook.earning import single_award
from app.engine.rulebook.faults import Fault, Place, fault_at, faults_of
from app.engine.rulebook.judging import tests_of
from app.engine.rulebook.matching import can_match

__all__ = ["Fault", "check"]

FAULTS_MAX: Final = 100
# Each multiplier is applied to each base rule, line by line: this bounds what one basket may cost.
COMBINATIONS_MAX: Final = 2000


def check(raw: object, previous: Rulebook | None) -> Rulebook | tuple[Fault, ...]:
    """Read a parsed JSON document that shall follow `previous`; the first 100 faults if it has any."""
    try:
        document = Rulebook.model_validate(raw)
    except ValidationError as error:
        return tuple(islice(faults_of(error, raw), FAULTS_MAX))
    return tuple(islice(_faults(document, previous), FAULTS_MAX)) or document


def _faults(document: Rulebook, previous: Rulebook | None) -> Iterator[Fault]:
    levels = document.tiers.levels if document.tiers else ()
    asking = asking_of(document, {level.id: rank for rank, level in enumerate(levels)})
    pending = {MAIN_WALLET: document.pending, **{wallet.id: wallet.pending for wallet in document.wallets}}
    seen: set[str] = set()
    for number, rule in enumerate(document.earning.rules):
        place: Place = ("earning", "rules", number)
        if rule.id in seen:
            yield fault_at("duplicate_id", "Another rule has this id.", *place, "id")
        seen.add(rule.id)
        yield from _rule(rule, asking, place)
        yield from _paying(rule, pending, place)
        yield from faults_of_limits(rule, place)
        yield from faults_of_kind(rule, document, place)
    stages = Counter(stage_of(rule.effect) for rule in document.earning.rules)
    if stages["base"] * stages["multiply"] > COMBINATIONS_MAX:
        detail = f"Base rules times multipliers must be at most {COMBINATIONS_MAX}."
        yield fault_at("too_many_combinations", detail, "earning", "rules")
    yield from _earning_caps(document.earning)
    yield from faults_of_segments(document.segments, document.rewards, asking)
    yield from faults_of_stacking(document.earning, asking)
    yield from faults_of_draws(document, asking)
    yield from faults_of_boards(document, asking)
    yield from faults_of_terms(document, previous)
    yield from faults_of_games(document, asking)


def _rule(rule: Rule, asking: Asking, place: Place) -> Iterator[Fault]:
    found = []
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        found.append(fault_at("empty_period", "Must not lie before `valid_from`.", *place, "valid_until"))
    if rule.when:
        found.extend(faults_of_condition(rule.when, asking, (*place, "when")))
    if not found and can_be_judged(rule.when, asking) and not can_match(tuple(tests_of(rule, asking)), asking):
        found.append(fault_at("never_applies", "No purchase can meet these conditions together.", *place, "when"))
    yield from found
    if rule.items:
        yield from faults_of_items(rule.items, (*place, "items"))
    if isinstance(rule.effect, Multiply) and rule.effect.by.numerator == rule.effect.by.denominator:
        yield fault_at("no_effect", "A factor of one changes nothing.", *place, "effect", "by")


def _paying(rule: Rule, pending: Mapping[str, Pending | None], place: Place) -> Iterator[Fault]:
    """Where the rule pays, how long the points are good, how many there may be. `pending` is that of each wallet."""
    if isinstance(rule.effect, Multiply):
        for name in ("wallet", "expiry"):
            if getattr(rule, name) is not None:
                detail = "A multiplier raises the points of base rules, and has no say in where they go."
                yield fault_at("not_for_multipliers", detail, *place, name)
        if rule.cap and rule.effect.by.numerator < rule.effect.by.denominator:
            yield fault_at("no_effect", "A factor below one adds nothing to limit.", *place, "cap")
        return
    wallet = MAIN_WALLET if rule.wallet is None else rule.wallet
    if wallet not in pending:
        yield fault_at("unknown_wallet", "No wallet has this id.", *place, "wallet")
    if rule.expiry:
        yield from faults_of_lot_expiry(rule.expiry, pending.get(wallet), (*place, "expiry"))
    yield from faults_of_effect(rule, place)
    if rule.cap and rule.cap.points < single_award(rule.effect):
        yield fault_at("cap_too_low", "Must be enough for a single award of the rule.", *place, "cap", "points")


def _earning_caps(earning: Earning) -> Iterator[Fault]:
    """A cap that a single award of some rule passes would cut every one of them."""
    awards = [
        single_award(rule.effect)
        for rule in earning.rules
        if not isinstance(rule.effect, Multiply) and not destination_of(rule).wallet
    ]
    if earning.cap and earning.cap.points < max(awards, default=0):
        detail = "Must be enough for a single award of every rule of the main wallet."
        yield fault_at("cap_too_low", detail, "earning", "cap", "points")
    yield from faults_of_earning_limits(earning, max(awards, default=0))
