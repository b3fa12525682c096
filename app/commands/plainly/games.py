"""Activities, badges, challenges and streaks in plain sentences."""

from collections.abc import Iterator
from typing import Final

from app.commands.plainly.chance import prize
from app.commands.plainly.conditions import about, applies_if
from app.commands.plainly.parts import Block, Said, Teller, named
from app.commands.plainly.phrases_chance import CHANCE
from app.commands.plainly.phrases_games import GAMES
from app.engine.rulebook.activities import ActivityKind
from app.engine.rulebook.challenges import Challenge, DatesWindow, EnrolledWindow, Goal, PeriodWindow
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.measures import PURCHASES, CountOf, DistinctOf, Measure
from app.engine.rulebook.prizes import Badge
from app.engine.rulebook.streaks import Streak

STICKY: Final = {True: "sticky", False: "not_sticky"}


def games(document: Rulebook, teller: Teller) -> Iterator[Block]:
    """What members may do besides buying, and what they play for."""
    voice = teller.voice
    for kind in sorted(document.activities, key=lambda kind: kind.id):
        heading = voice.say(GAMES["activity"], title=voice.title(kind.title), id=kind.id)
        said = (*named(voice, "title", kind.title), *_activity(kind, teller))
        yield Block(section="activities", id=kind.id, heading=heading, said=said)
    for badge in sorted(document.badges, key=lambda badge: badge.id):
        heading = voice.say(GAMES["badge"], title=voice.title(badge.title), id=badge.id)
        yield Block(section="badges", id=badge.id, heading=heading, said=tuple(_badge(badge, teller)))
    for challenge in sorted(document.challenges, key=lambda challenge: challenge.id):
        heading = voice.say(GAMES["challenge"], title=voice.title(challenge.title), id=challenge.id)
        yield Block(section="challenges", id=challenge.id, heading=heading, said=tuple(_challenge(challenge, teller)))
    for streak in sorted(document.streaks, key=lambda streak: streak.id):
        heading = voice.say(GAMES["streak"], title=voice.title(streak.title), id=streak.id)
        yield Block(section="streaks", id=streak.id, heading=heading, said=tuple(_streak(streak, teller)))


def _activity(kind: ActivityKind, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    for field in kind.fields:
        phrase = GAMES[f"{field.kind}_required" if field.required else field.kind]
        choices = voice.quoted(field.choices or (), "or")
        told = (
            voice.say(phrase, field=field.id, choices=choices) if field.choices else voice.say(phrase, field=field.id)
        )
        of = (field.kind, field.required, field.minimum, field.maximum, field.choices)
        yield Said(aspect=f"field.{field.id}", text=told, of=of)
    for limit in kind.limits:
        text = voice.say(GAMES[f"counts_{limit.per}"], number=voice.number(limit.times))
        yield Said(aspect=f"limit.{limit.per}", text=text, of=limit.times)
    if kind.limits:
        yield Said(aspect="over_limit", text=voice.say(GAMES[f"over_{kind.over_limit}"]), of=kind.over_limit)


def _badge(badge: Badge, teller: Teller) -> Iterator[Said]:
    yield from named(teller.voice, "title", badge.title)
    yield from named(teller.voice, "description", badge.description)
    if badge.picture_url is not None:
        text = teller.voice.say(GAMES["picture"], url=badge.picture_url)
        yield Said(aspect="picture", text=text, of=badge.picture_url)


def _challenge(challenge: Challenge, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    yield from named(voice, "title", challenge.title)
    yield from named(voice, "description", challenge.description)
    for place, goal in enumerate(challenge.goals):
        yield from _goal(goal, place, teller)
    if challenge.need_goals is not None:
        text = voice.say(GAMES["need_some"], number=voice.number(challenge.need_goals))
        yield Said(aspect="need", text=text, of=challenge.need_goals)
    elif len(challenge.goals) > 1:
        yield Said(aspect="need", text=voice.say(GAMES[f"need_{challenge.need}"]), of=challenge.need)
    if challenge.order == "in_order":
        yield Said(aspect="order", text=voice.say(GAMES["in_order"]), of=challenge.order)
    yield from _window(challenge, teller)
    yield Said(aspect="repeat", text=voice.say(GAMES[f"repeat_{challenge.repeat}"]), of=challenge.repeat)
    yield Said(aspect="prize", text=prize(challenge.prize, teller), of=challenge.prize)
    yield Said(aspect="sticky", text=voice.say(CHANCE[STICKY[challenge.sticky]]), of=challenge.sticky)


def _window(challenge: Challenge, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    match challenge.window:
        case DatesWindow(from_date=first, until_date=last):
            text = voice.say(GAMES["dates"], first=voice.day(first), last=voice.day(last))
            yield Said(aspect="window", text=text, of=(first, last))
        case EnrolledWindow(days=days):
            text = voice.say(GAMES["enrolled"], days=voice.number(days))
            yield Said(aspect="window", text=text, of=days)
        case PeriodWindow(period=period):
            yield Said(aspect="window", text=voice.say(CHANCE[f"period_{period}"]), of=period)
        case None:
            pass
    if challenge.deadline is not None:
        text = voice.say(GAMES["deadline"], day=voice.day(challenge.deadline))
        yield Said(aspect="deadline", text=text, of=challenge.deadline)


def _goal(goal: Goal, place: int, teller: Teller) -> Iterator[Said]:
    voice, own = teller.voice, goal.own_average
    measure = _measured(goal.measure, teller)
    if goal.title is not None:
        for said in named(voice, "title", goal.title):
            yield Said(aspect=f"goal.{goal.id}.{said.aspect}", text=said.text, of=said.of, is_silent=True)
    # The order of the goals means something where they have one.
    of = (place, goal.measure, goal.target, own)
    if own is None:
        text = voice.say(GAMES["goal"], id=goal.id, measure=measure, target=voice.number(goal.target or 1))
        yield Said(aspect=f"goal.{goal.id}", text=text, of=of)
    else:
        yield Said(aspect=f"goal.{goal.id}", text=voice.say(GAMES["goal_own"], id=goal.id, measure=measure), of=of)
        text = voice.say(GAMES["own_average"], periods=voice.number(own.periods), plus=voice.number(own.plus))
        yield Said(aspect=f"own.{goal.id}", text=text, of=(own.periods, own.plus))
        least = voice.number(own.at_least)
        told = voice.say(GAMES["own_least"], least=least)
        if own.at_most is not None:
            told = voice.say(GAMES["own_range"], least=least, most=voice.number(own.at_most))
        yield Said(aspect=f"range.{goal.id}", text=told, of=(own.at_least, own.at_most))
    yield from _asked(goal.measure, f"goal.{goal.id}", teller)


def _asked(measure: Measure, aspect: str, teller: Teller) -> Iterator[Said]:
    found = [applies_if(measure.when, teller)] if measure.when is not None else []
    found += about(measure.items, teller) if measure.items is not None else ()
    for said in found:
        yield Said(aspect=f"{aspect}.{said.aspect}", text=said.text, of=said.of, is_silent=said.is_silent)


def _measured(measure: Measure, teller: Teller) -> str:
    voice = teller.voice
    if isinstance(measure, DistinctOf):
        return voice.say(GAMES[f"distinct_{measure.what}"])
    if measure.of == PURCHASES:
        return voice.say(CHANCE["count_purchases" if isinstance(measure, CountOf) else f"sum_{measure.what}"])
    phrase = "count_activity" if isinstance(measure, CountOf) else "sum_points_activity"
    return voice.say(CHANCE[phrase], kind=teller.activities.get(measure.of, measure.of))


def _streak(streak: Streak, teller: Teller) -> Iterator[Said]:
    voice = teller.voice
    yield from named(voice, "title", streak.title)
    yield Said(aspect="measure", text=_measured(streak.measure, teller), of=streak.measure)
    yield from _asked(streak.measure, "measure", teller)
    text = voice.say(GAMES[f"each_{streak.period}"], number=voice.number(streak.at_least))
    yield Said(aspect="period", text=text, of=(streak.period, streak.at_least))
    if streak.freezes:
        text = voice.say(GAMES["freezes"], number=voice.number(streak.freezes))
        yield Said(aspect="freezes", text=text, of=streak.freezes)
    for milestone in streak.milestones:
        given = prize(milestone.prize, teller)
        text = voice.say(GAMES["milestone"], number=voice.number(milestone.periods), prize=given)
        yield Said(aspect=f"milestone.{milestone.periods}", text=text, of=milestone.prize)
    ending = "begins_again" if streak.repeat else "ends"
    yield Said(aspect="repeat", text=voice.say(GAMES[ending]), of=streak.repeat)
    yield Said(aspect="sticky", text=voice.say(CHANCE[STICKY[streak.sticky]]), of=streak.sticky)
