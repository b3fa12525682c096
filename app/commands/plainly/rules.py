"""The earning rules in plain sentences, in the order in which they take their turn."""

from collections.abc import Iterator
from datetime import date
from typing import Final, assert_never

from app.commands.plainly.conditions import about, applies_if, goods_of, goods_told
from app.commands.plainly.limits import earning_limits, limits
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases import CONDITIONS, EARNING, HEADINGS
from app.commands.plainly.phrases_games import GAMES
from app.commands.plainly.points import life, rounding
from app.commands.plainly.voice import Voice
from app.engine.rulebook.compile import stage_of
from app.engine.rulebook.document import (
    MAIN_WALLET,
    Basis,
    Bonus,
    BuyGet,
    Effect,
    Multiply,
    PerAmount,
    PerUnit,
    Rule,
    Rulebook,
    StepTable,
)
from app.engine.rulebook.measures import PURCHASES

_STAGES: Final = ("base", "multiply", "add")


def earning(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """What holds for all rules, then rule by rule."""
    voice, rules, cap = teller.voice, document.earning.rules, document.earning.cap
    order = "order" if rules else "no_rules"
    said = [Said(aspect="order", text=voice.say(EARNING[order]), of=order)]
    if cap:
        text = voice.say(EARNING["purchase_cap"], points=voice.points(cap.points))
        said.append(Said(aspect="cap", text=text, of=cap))
    said.extend(earning_limits(document.earning.limits, voice))
    yield Block(section="earning", id=None, heading=voice.say(HEADINGS["earning"]), said=tuple(said))
    for group in document.earning.groups:
        yield Block(
            section="earning",
            id=f"group/{group.id}",
            heading=voice.say(HEADINGS["group"], title=teller.groups[group.id], id=group.id),
            said=(
                *named(voice, "title", group.title),
                Said(aspect="take", text=voice.say(EARNING[f"take_{group.take}"]), of=group.take),
            ),
        )
    for rule in sorted(rules, key=lambda rule: (_STAGES.index(stage_of(rule.effect)), rule.priority, rule.id)):
        yield Block(
            section="earning",
            id=rule.id,
            heading=_heading(rule, voice),
            said=(*named(voice, "title", rule.title), *_rule(rule, teller)),
        )


def _heading(rule: Rule, voice: Voice) -> str:
    if rule.title is None:
        return voice.say(HEADINGS["rule_bare"], id=rule.id)
    return voice.say(HEADINGS["rule"], title=voice.title(rule.title), id=rule.id)


def _rule(rule: Rule, teller: Teller) -> Iterator[Said]:
    voice, effect = teller.voice, rule.effect
    if rule.on != PURCHASES:
        text = voice.say(GAMES["rule_on"], kind=teller.activities.get(rule.on, rule.on))
        yield Said(aspect="on", text=text, of=rule.on)
    yield Said(aspect="effect", text=_gives(effect, teller), of=_made_of(effect))
    if rule.cap:
        kind = "multiplier_cap" if isinstance(effect, Multiply) else "rule_cap"
        yield Said(aspect="cap", text=voice.say(EARNING[kind], points=voice.points(rule.cap.points)), of=rule.cap)
    yield from limits(rule, voice)
    if rule.when:
        yield applies_if(rule.when, teller)
    if rule.items:
        yield from about(rule.items, teller)
    yield from dates(rule.valid_from, rule.valid_until, voice)
    if isinstance(effect, PerAmount) or (isinstance(effect, StepTable) and effect.measures == "amount"):
        yield from _counts(effect.basis, voice)
    if isinstance(effect, PerAmount | PerUnit) and effect.rounding:
        yield from rounding(effect.rounding, voice)
    yield from _stacks(rule, teller)
    if not isinstance(effect, Multiply):
        yield _destination(rule.wallet or MAIN_WALLET, teller)
    if rule.expiry:
        yield life(rule.expiry, voice)
    yield Said(aspect="on_refund", text=voice.say(EARNING[f"refund_{rule.on_refund}"]), of=rule.on_refund)
    if rule.priority:
        text = voice.say(EARNING["priority"], priority=voice.number(rule.priority))
        yield Said(aspect="priority", text=text, of=rule.priority)


def _stacks(rule: Rule, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    if rule.group:
        text = voice.say(EARNING["in_group"], group=teller.groups.get(rule.group, rule.group))
        yield Said(aspect="group", text=text, of=rule.group)
    if rule.exclusive:
        yield Said(aspect="exclusive", text=voice.say(EARNING["exclusive"]), of=True)


def _gives(effect: Effect, teller: Teller) -> str:
    voice = teller.voice
    match effect:
        case PerAmount():
            money = voice.money(effect.per_minor)
            return voice.say(EARNING["per_amount"], points=voice.points(effect.points), money=money)
        case PerUnit():
            kind = f"per_unit_{effect.counts}"
            return voice.say(EARNING[kind], points=voice.points(effect.points), units=voice.number(effect.units))
        case Multiply():
            factor = effect.by
            if not factor.numerator:
                return voice.say(EARNING["multiply_zero"])
            return voice.say(EARNING["multiply"], factor=voice.factor(factor.numerator, factor.denominator))
        case Bonus():
            return voice.say(EARNING["bonus"], points=voice.points(effect.points))
        case StepTable():
            return _steps(effect, voice)
        case BuyGet():
            goods = (
                voice.say(EARNING["same_goods"]) if effect.get_items is None else goods_told(effect.get_items, voice)
            )
            return voice.say(
                EARNING["buy_get"],
                points=voice.points(effect.points),
                buy=voice.number(effect.buy),
                get=voice.number(effect.get),
                goods=goods,
            )
        case _:
            assert_never(effect)


def _steps(effect: StepTable, voice: Voice) -> str:
    steps = [
        voice.say(
            EARNING["step"],
            points=voice.points(step.points),
            least=voice.money(step.at_least) if effect.measures == "amount" else voice.number(step.at_least),
        )
        for step in effect.steps
    ]
    return voice.say(EARNING[f"steps_{effect.measures}"], steps=voice.listed(steps, "or"))


def _made_of(effect: Effect) -> object:
    match effect:
        case PerAmount():
            return effect.kind, effect.points, effect.per_minor
        case PerUnit():
            return effect.kind, effect.points, effect.units, effect.counts
        case Multiply():
            return effect.kind, effect.by
        case Bonus():
            return effect.kind, effect.points
        case StepTable():
            return effect.kind, effect.measures, effect.steps
        case BuyGet():
            items = None if effect.get_items is None else goods_of(effect.get_items)
            return effect.kind, effect.points, effect.buy, effect.get, items
        case _:
            assert_never(effect)


def _counts(basis: Basis, voice: Voice) -> Iterator[Said]:
    for aspect, chosen in (
        ("price", basis.discounts),
        ("tax", basis.tax),
        ("points_paid", basis.points_paid),
        ("gift_cards", basis.gift_cards),
    ):
        yield Said(aspect=aspect, text=voice.say(EARNING[f"{aspect}_{chosen}"]), of=chosen)


def _destination(wallet: str, teller: Teller) -> Said:
    voice = teller.voice
    if wallet == MAIN_WALLET:
        return Said(aspect="wallet", text=voice.say(EARNING["pays_main"]), of=wallet, is_silent=not teller.wallets)
    return Said(aspect="wallet", text=voice.say(EARNING["pays_into"], wallet=teller.wallets[wallet]), of=wallet)


def dates(first: date | None, last: date | None, voice: Voice) -> Iterator[Said]:
    """When a rule or a reward is there."""
    if first and last:
        text = voice.say(CONDITIONS["from_until"], first=voice.day(first), last=voice.day(last))
    elif first:
        text = voice.say(CONDITIONS["from"], first=voice.day(first))
    elif last:
        text = voice.say(CONDITIONS["until"], last=voice.day(last))
    else:
        return
    yield Said(aspect="dates", text=text, of=(first, last))
