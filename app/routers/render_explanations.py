"""Explanations from journal rows: what is recorded, and what is computed from it when somebody asks."""

import re
from typing import Final

from babel.numbers import get_decimal_symbol

from app.engine import typeids
from app.engine.activity import Activity
from app.engine.change import Change
from app.engine.commands import (
    Adjustment,
    Block,
    Command,
    Extension,
    Goodwill,
    Purchase,
    TierGrant,
    TierGrantEnd,
    TransferIn,
    TransferOut,
)
from app.engine.context import Edition
from app.engine.corrected import Corrected
from app.engine.decisions.judging import facts_of
from app.engine.deeds import basket_of
from app.engine.facts import RuleTrace
from app.engine.given import given, taken
from app.engine.outcomes import Held, Purchased, Redeemed, Rewarded
from app.engine.played import Acted
from app.engine.rulebook import reckoning
from app.engine.rulebook.compile import Compiled, stage_of
from app.engine.rulebook.reckoning import Reckoning, reckon
from app.repositories.journal import JournalRow
from app.repositories.recording import kind_of
from app.routers import models_explanations as models
from app.routers import narrating
from app.routers.causes import Titles
from app.routers.languages import pick, text
from app.routers.phrases import BOUND, EXACT, MISSED, OUTCOMES
from app.routers.reasons import entries_told, prizes_told, titles
from app.routers.render import PREFIXES, SENTENCES, Telling
from app.routers.render_games import prizes_given, prizes_taken
from app.routers.wire import Money, instant, wallet_shown

THOUSANDTHS: Final = 1000
HOUSEHOLD: Final = "household"
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


def explanation(row: JournalRow, zone: str, telling: Telling, original: Change | None = None) -> models.Explanation:
    """Everything about a row. `original` is the Change of the fact that it is about, where it is about one."""
    edition, tier = _judged_by(row.change, telling)
    applied, missed = _rules(row, edition, zone, telling)
    named = titles(edition, telling.timeline, telling.language)
    effects = _time(row.change, telling, named)
    told = narrating.outcome_told(row.change, named, command=row.command, original=original)
    at_home = isinstance(row.command, TransferOut | TransferIn) and row.command.reason == HOUSEHOLD
    return models.Explanation(
        fact=typeids.encode(PREFIXES[kind_of(row.command)], row.id),
        kind=_WORD.sub("_", type(row.command).__name__).lower(),
        member=typeids.encode("mbr", row.member),
        journal_number=row.number,
        happened_at=instant(row.happened_us),
        decided_at=instant(row.decided_us),
        engine_release=row.engine,
        rulebook_version=edition.version if edition else None,
        tier=tier,
        corrects=_corrects(row.change),
        applied=applied,
        not_applied=missed,
        prizes=prizes_given(given(row.change), named),
        prizes_taken=prizes_taken(taken(row.change, telling.timeline)),
        lots=_lots(row.change),
        entries=_entries(row.change, entries_told(row.change, telling.timeline, named, at_home=at_home)),
        time=effects,
        sentences=[
            *(effect.text for effect in effects),
            *narrating.ripened_told(row.change, telling.language),
            *told,
            *_by_hand(row.command, telling.language),
            *prizes_told(row.change, telling.timeline, named),
            *_reasons(applied, missed),
            *narrating.standing_told(row.change, named, of_time=True),
        ],
    )


def _by_hand(command: Command, language: str) -> list[str]:
    """Who of the staff gave points, and why somebody did what no rule says: codes, as the shop gave them."""
    told = []
    if isinstance(command, Goodwill):
        told.append(text(language, OUTCOMES["given_by"], staff=command.staff))
    if isinstance(command, Adjustment | Goodwill | Extension | Block | TierGrant | TierGrantEnd):
        told.append(text(language, OUTCOMES["reason"], reason=command.reason))
    return told


def _judged_by(change: Change, telling: Telling) -> tuple[Edition | None, str | None]:
    """The version that judged, and the tier at which; None where neither was asked."""
    editions = telling.timeline.editions
    match change.outcome:
        case Purchased(rulebook=version, tier=tier):
            return editions[version - 1], tier
        case Acted(rulebook=version, tier=tier):
            return editions[version - 1], tier
        case Redeemed(rulebook=version) | Held(rulebook=version) | Rewarded(rulebook=version) if version:
            return editions[version - 1], change.after.tier
        case Corrected(rulebook=version):
            return editions[version - 1], change.after.tier
        case _:
            return None, change.after.tier


def _corrects(change: Change) -> models.Corrects | None:
    outcome = change.outcome
    if not isinstance(outcome, Corrected):
        return None
    return models.Corrects(
        purchase=typeids.encode("pur", outcome.purchase), correction=typeids.encode("crn", outcome.correction)
    )


def _rules(
    row: JournalRow, edition: Edition | None, zone: str, telling: Telling
) -> tuple[list[models.Applied], list[models.Missed]]:
    done, command = row.change.outcome, row.command
    if edition is None:
        return [], []
    if isinstance(done, Purchased) and isinstance(command, Purchase):
        compiled = edition.compiled
        facts = facts_of(command.basket, done.occurred_us, zone, done.tier, done.paid_minor, done.readings)
    elif isinstance(done, Acted) and isinstance(command, Activity) and done.counted:
        compiled = edition.compiled.activities[command.kind]
        basket = basket_of(command, telling.currency)
        facts = facts_of(basket, done.occurred_us, zone, done.tier, 0, done.readings)
    else:
        return [], []
    reckoned = reckon(compiled, facts)
    return (
        [_applied(compiled, step, reckoned, telling) for step in done.trace],
        [_missed(compiled, rule, reason, telling.language) for rule, reason in reckoned.missed],
    )


def _title(compiled: Compiled, rule: int, language: str) -> str:
    title = compiled.rules[rule].title
    return pick(title, language) if title else compiled.rules[rule].id


def _applied(compiled: Compiled, step: RuleTrace, reckoned: Reckoning, telling: Telling) -> models.Applied:
    rule = compiled.rules[step.rule]
    stage, title = stage_of(rule.effect), _title(compiled, step.rule, telling.language)
    sentence = SENTENCES.get((stage, step.reason), SENTENCES[stage, "applied"])
    told = text(telling.language, sentence, title=title, points=step.granted)
    if step.bound in BOUND:
        told = text(telling.language, BOUND[step.bound], title=title, wanted=step.wanted, granted=step.granted)
    base = next((each for each in reckoned.bases if each.rule == step.rule), None)
    return models.Applied(
        rule=rule.id,
        title=title,
        stage=stage,
        reason=step.reason,
        wanted=step.wanted,
        granted=step.granted,
        text=told,
        bound=step.bound or None,
        reckoned=_reckoned(compiled, base, title, telling) if base else None,
    )


def _reckoned(compiled: Compiled, base: reckoning.Reckoned, title: str, telling: Telling) -> models.Reckoned:
    rate = compiled.rates[base.rule]
    exact = _decimal(base.numerator, base.denominator).replace(".", get_decimal_symbol(telling.language))
    return models.Reckoned(
        eligible=Money(amount=base.eligible_minor, currency=telling.currency),
        points_per=rate.points,
        per=Money(amount=rate.per_minor, currency=telling.currency),
        exact=f"{base.numerator}/{base.denominator}",
        rounding_mode=base.mode,
        rounding_scope="line" if base.by_line else "basket",
        points=base.points,
        text=text(telling.language, EXACT, title=title, exact=exact, points=base.points),
    )


def _decimal(numerator: int, denominator: int) -> str:
    """A fraction to the thousandth, rounded down; the exact one stands beside it."""
    whole, rest = divmod(numerator * THOUSANDTHS // denominator, THOUSANDTHS)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _missed(compiled: Compiled, rule: int, reason: str, language: str) -> models.Missed:
    title = _title(compiled, rule, language)
    sentence = MISSED.get(reason, MISSED["condition"])
    return models.Missed(
        rule=compiled.rules[rule].id, title=title, reason=reason, text=text(language, sentence, title=title)
    )


def _lots(change: Change) -> list[models.LotTouched]:
    granted = {lot.number: lot.granted for lot in change.new_lots}
    moves = {move.number: move for move in change.lot_moves}
    touched = []
    for number in sorted(granted.keys() | moves.keys()):
        move = moves.get(number)
        touched.append(
            models.LotTouched(
                lot=number,
                granted=granted.get(number, 0),
                used=move.used if move else 0,
                expired=move.expired if move else 0,
                reversed=move.reversed if move else 0,
                moved=move.moved if move else 0,
                held=move.held if move else 0,
                uncollected=move.uncollected if move else 0,
                matured=move.matured if move else False,
            )
        )
    return touched


def _entries(change: Change, told: list[str]) -> list[models.Posted]:
    return [
        models.Posted(
            wallet=wallet_shown(entry.wallet),
            number=entry.number,
            kind=entry.kind,
            points=entry.points,
            balance_after=entry.balance_after,
            effective_at=instant(entry.effective_us),
            lot=entry.lot,
            text=sentence,
        )
        for entry, sentence in zip(change.entries, told, strict=True)
    ]


def _time(change: Change, telling: Telling, named: Titles) -> list[models.TimeEffect]:
    """What fell due, in the order in which it did: at one instant a review comes before an expiry."""
    language = telling.language
    told: list[tuple[int, str, int | None, str | None, str]] = []
    for move in change.tier_moves:
        sentence = narrating.tier_told(telling.timeline, move, language)
        told.append((move.at_us, move.reason, None, move.tier, sentence))
    for entry in change.entries:
        if entry.kind == "expiry":
            sentence = narrating.expiry_told(-entry.points, entry.wallet, named)
            told.append((entry.effective_us, entry.kind, -entry.points, None, sentence))
    told += [
        (
            notice.at_us,
            notice.kind,
            notice.points if notice.kind == "expiring_soon" else None,
            notice.tier or None,
            narrating.notice_told(telling.timeline, notice, named),
        )
        for notice in change.notices
    ]
    return [
        models.TimeEffect(kind=kind, at=instant(at_us), points=points, tier=tier, text=sentence)
        for at_us, kind, points, tier, sentence in sorted(told, key=lambda effect: effect[0])
    ]


def _reasons(applied: list[models.Applied], missed: list[models.Missed]) -> list[str]:
    """Why: how each rule came to its points, and why others did not apply."""
    sentences: list[str] = []
    for rule in applied:
        sentences += [rule.reckoned.text, rule.text] if rule.reckoned else [rule.text]
    return sentences + [rule.text for rule in missed]
