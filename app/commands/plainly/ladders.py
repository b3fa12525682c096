"""Tiers in plain sentences: the main ones, then every other set."""

from collections.abc import Iterator
from typing import assert_never

from app.commands.plainly.chance import prize
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases import CATALOGUE, CONDITIONS, HEADINGS
from app.commands.plainly.phrases_tiers import TIERS
from app.commands.plainly.points import life
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Level, Rulebook, Tiers, TierSet
from app.engine.rulebook.ladders import window_of
from app.engine.rulebook.levels import (
    ACTIVITY,
    AnniversaryWindow,
    CalendarWindow,
    LifetimeWindow,
    Need,
    NeedsAll,
    NeedsCounter,
    RollingWindow,
)


def tiers(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """How tiers work, then each from the base upwards; then the same of every other set."""
    voice, main = teller.voice, document.tiers
    found = Said(aspect="tiers", text=voice.say(CATALOGUE["tiers" if main else "no_tiers"]), of=main is not None)
    said = (found, *_terms(main, voice)) if main else (found,)
    yield Block(section="tiers", id=None, heading=voice.say(HEADINGS["tiers"]), said=said)
    for level in main.levels if main else ():
        heading = voice.say(HEADINGS["level"], title=voice.title(level.title), id=level.id)
        yield Block(section="tiers", id=level.id, heading=heading, said=tuple(_level(level, teller)))
    for each in sorted(document.tier_sets, key=lambda each: each.id):
        yield from _set(each, teller)


def _set(found: TierSet, teller: Teller) -> Iterator[Block]:
    voice = teller.voice
    title = voice.title(found.title)
    heading = voice.say(TIERS["tier_set"], title=title, id=found.id)
    said = (*named(voice, "title", found.title), *_terms(found, voice))
    yield Block(section="tier_sets", id=found.id, heading=heading, said=said)
    for level in found.levels:
        heading = voice.say(TIERS["set_level"], title=voice.title(level.title), id=level.id, set=title)
        name = f"{found.id}/{level.id}"
        yield Block(section="tier_sets", id=name, heading=heading, said=tuple(_level(level, teller)))


def _terms(found: Tiers, voice: Voice) -> Iterator[Said]:
    yield from _window(found, voice)
    if found.grace_days:
        text = voice.say(TIERS["grace"], days=voice.count("day", found.grace_days))
        yield Said(aspect="grace", text=text, of=found.grace_days)
    if found.notice_days:
        text = voice.say(TIERS["at_risk"], days=voice.count("day", found.notice_days))
        yield Said(aspect="at_risk", text=text, of=found.notice_days)
    for aspect, chosen in (
        ("demotion", found.demotion),
        ("after_refund", found.after_refund),
        ("promotion", found.promotion_earns),
    ):
        yield Said(aspect=aspect, text=voice.say(CATALOGUE[f"{aspect}_{chosen}"]), of=chosen)


def _window(found: Tiers, voice: Voice) -> Iterator[Said]:
    """What counts, and until when a tier is kept."""
    window = window_of(found)
    match window:
        case RollingWindow(months=months):
            text = voice.say(CATALOGUE["window"], months=voice.count("month", months))
        case CalendarWindow(period=period):
            text = voice.say(TIERS[f"calendar_{period}"])
        case AnniversaryWindow() | LifetimeWindow():
            text = voice.say(TIERS[window.kind])
        case _ as never:
            assert_never(never)
    told = window.months if isinstance(window, RollingWindow) else (window.kind, getattr(window, "period", None))
    yield Said(aspect="window", text=text, of=told)
    match window:
        case CalendarWindow(keep_periods=number):
            text = voice.say(TIERS["keep_periods"], number=voice.number(number))
            yield Said(aspect="review", text=text, of=(window.kind, number))
        case AnniversaryWindow(keep_years=number):
            text = voice.say(TIERS["keep_years"], number=voice.number(number))
            yield Said(aspect="review", text=text, of=(window.kind, number))
        case _:
            months = found.review_months
            text = voice.say(CATALOGUE["review"], months=voice.count("month", months))
            yield Said(aspect="review", text=text, of=months)


def _level(level: Level, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    yield from named(voice, "title", level.title)
    if level.needs is not None:
        text = voice.say(TIERS["level_needs"], need=_need(level.needs, teller))
        yield Said(aspect="needs", text=text, of=_made_of(level.needs))
    else:
        points = level.from_points or 0
        base = voice.say(CATALOGUE["level_base"])
        text = voice.say(CATALOGUE["level_from"], points=voice.points(points)) if points else base
        yield Said(aspect="from_points", text=text, of=points)
    if level.expiry:
        text = voice.say(CATALOGUE["level_life"], life=life(level.expiry, voice).text)
        yield Said(aspect="expiry", text=text, of=level.expiry)
    yield from _benefits(level, voice)
    if level.on_reaching is not None:
        text = voice.say(TIERS["on_reaching"], prize=prize(level.on_reaching, teller))
        yield Said(aspect="on_reaching", text=text, of=level.on_reaching)


def _benefits(level: Level, voice: Voice) -> Iterator[Said]:
    by, percent, after = level.multiplier, level.discount_percent, level.lifetime_after
    if by is not None:
        text = voice.say(TIERS["level_multiplier"], factor=voice.factor(by.numerator, by.denominator))
        yield Said(aspect="multiplier", text=text, of=(by.numerator, by.denominator))
    if percent is not None:
        text = voice.say(TIERS["level_discount"], percent=voice.percent(percent))
        yield Said(aspect="discount", text=text, of=percent)
    if level.forever:
        yield Said(aspect="forever", text=voice.say(TIERS["forever"]), of=True)
    if after is not None and after.years is not None:
        text = voice.say(TIERS["lifetime_years"], years=voice.count("year", after.years))
        yield Said(aspect="lifetime_years", text=text, of=after.years)
    if after is not None and after.points is not None:
        text = voice.say(TIERS["lifetime_points"], points=voice.points(after.points))
        yield Said(aspect="lifetime_points", text=text, of=after.points)


def _made_of(need: Need) -> object:
    if isinstance(need, NeedsCounter):
        return need.counter, need.at_least
    return need.kind, frozenset(_made_of(each) for each in need.needs)


def _need(need: Need, teller: Teller) -> str:
    voice = teller.voice
    if not isinstance(need, NeedsCounter):
        told = [_need(each, teller) for each in need.needs]
        parts = [
            text if isinstance(each, NeedsCounter) else voice.say(CONDITIONS["in_brackets"], text=text)
            for each, text in zip(need.needs, told, strict=True)
        ]
        return voice.listed(parts, "standard" if isinstance(need, NeedsAll) else "or")
    if need.counter == "spend":
        return voice.say(TIERS["need_spend"], money=voice.money(need.at_least))
    number = voice.number(need.at_least)
    if need.counter.startswith(ACTIVITY):
        kind = need.counter.removeprefix(ACTIVITY)
        return voice.say(TIERS["need_activity"], activity=teller.activities.get(kind, kind), number=number)
    return voice.say(TIERS[f"need_{need.counter}"], number=number)
