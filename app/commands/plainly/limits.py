"""Limits and budgets of rules in plain sentences."""

from collections.abc import Iterator, Sequence

from app.commands.plainly.parts import Said
from app.commands.plainly.phrases_limits import LIMITS
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Rule
from app.engine.rulebook.limits import EarningLimit


def limits(rule: Rule, voice: Voice) -> Iterator[Said]:
    """What a rule gives at most, beyond one purchase."""
    for number, limit in enumerate(rule.limits):
        if limit.points is not None:
            text = voice.say(LIMITS[f"points_{limit.per}"], points=voice.points(limit.points))
            of = limit.per, limit.points, limit.over
            yield Said(aspect=f"limit.{number}.points", text=_over(text, limit.over, voice), of=of)
        if limit.times is not None:
            text = voice.say(LIMITS[f"times_{limit.per}"], number=voice.number(limit.times))
            yield Said(aspect=f"limit.{number}.times", text=text, of=(limit.per, limit.times))
    if rule.budget is not None:
        text = voice.say(LIMITS["budget"], points=voice.points(rule.budget.points))
        yield Said(aspect="budget", text=_over(text, rule.budget.over, voice), of=rule.budget)
    if rule.sticky:
        yield Said(aspect="sticky", text=voice.say(LIMITS["sticky"]), of=True)


def earning_limits(found: Sequence[EarningLimit], voice: Voice) -> Iterator[Said]:
    """What one member earns at most by all rules together."""
    for number, limit in enumerate(found):
        text = voice.say(LIMITS[f"all_{limit.per}"], points=voice.points(limit.points))
        yield Said(aspect=f"limit.{number}", text=_over(text, limit.over, voice), of=limit)


def _over(text: str, over: str, voice: Voice) -> str:
    return voice.say(LIMITS["in_one"], limit=text, over=voice.say(LIMITS[f"over_{over}"]))
