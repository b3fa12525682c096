"""The terms of one kind of points in plain sentences: rounding, life, waiting, debt, worth."""

from collections.abc import Iterator
from typing import assert_never

from app.commands.plainly.parts import Said
from app.commands.plainly.phrases import POINTS
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import (
    Debt,
    EndOfPeriod,
    Expiry,
    FixedDate,
    Inactivity,
    NeverExpires,
    Pending,
    PendingDays,
    PendingEvent,
    Redemption,
    RollingDays,
    RollingMonths,
    Rounding,
    Rulebook,
    Wallet,
)


def terms(wallet: Rulebook | Wallet, voice: Voice) -> Iterator[Said]:
    """Those of the main wallet stand at the top of the document, those of the others at the wallet."""
    yield life(wallet.expiry, voice)
    yield _waiting(wallet.pending, voice)
    yield from _worth(wallet.redemption, voice)
    yield from rounding(wallet.rounding, voice)
    yield from _debt(wallet.debt, voice)


def life(expiry: Expiry, voice: Voice) -> Said:
    """How long points are good."""
    return Said(aspect="expiry", text=_life(expiry, voice), of=expiry)


def _life(expiry: Expiry, voice: Voice) -> str:
    match expiry:
        case NeverExpires():
            return voice.say(POINTS["never"])
        case RollingMonths():
            return voice.say(POINTS["rolling"], months=voice.count("month", expiry.months))
        case RollingDays():
            return voice.say(POINTS["rolling_days"], days=voice.count("day", expiry.days))
        case EndOfPeriod(periods=0):
            return voice.say(POINTS[f"end_of_this_{expiry.period}"])
        case EndOfPeriod():
            periods, number = voice.count(expiry.period, expiry.periods), voice.number(expiry.periods)
            return voice.say(POINTS[f"end_of_{expiry.period}"], periods=periods, number=number)
        case FixedDate():
            return voice.say(POINTS["fixed_date"], day=voice.day(expiry.date))
        case Inactivity():
            months, days = expiry.months, expiry.days
            time = voice.count("month", months) if months else voice.count("day", days or 0)
            return voice.say(POINTS["inactivity"], time=time)
        case _:
            assert_never(expiry)


def _waiting(pending: Pending | None, voice: Voice) -> Said:
    match pending:
        case None:
            text = voice.say(POINTS["at_once"])
        case PendingDays():
            text = voice.say(POINTS["after_days"], days=voice.count("day", pending.days))
        case PendingEvent():
            text = voice.say(POINTS["after_event"])
        case _:
            assert_never(pending)
    return Said(aspect="pending", text=text, of=pending)


def _worth(redemption: Redemption | None, voice: Voice) -> Iterator[Said]:
    if redemption is None:
        yield Said(aspect="redemption", text=voice.say(POINTS["worth_nothing"]), of=None)
        return
    worth = redemption.points, redemption.value_minor
    text = voice.say(POINTS["worth"], points=voice.points(worth[0]), money=voice.money(worth[1]))
    yield Said(aspect="redemption", text=text, of=worth)
    for aspect, points in (
        ("step", redemption.step_points),
        ("minimum", redemption.minimum_points),
        ("maximum", redemption.maximum_points),
    ):
        if points is not None:
            yield Said(aspect=aspect, text=voice.say(POINTS[aspect], points=voice.points(points)), of=points)
    share = redemption.maximum_percent
    if share is not None:
        yield Said(aspect="share", text=voice.say(POINTS["share"], percent=voice.percent(share)), of=share)


def rounding(rounding: Rounding, voice: Voice) -> Iterator[Said]:
    """What becomes of fractions of a point."""
    for aspect, chosen in (("rounding_mode", rounding.mode), ("rounding_scope", rounding.scope)):
        yield Said(aspect=aspect, text=voice.say(POINTS[f"round_{chosen}"]), of=chosen)


def _debt(debt: Debt, voice: Voice) -> Iterator[Said]:
    yield Said(aspect="debt", text=voice.say(POINTS[f"debt_{debt.policy}"]), of=debt.policy)
    if debt.floor_points is not None:
        text = voice.say(POINTS["floor"], balance=voice.points(debt.floor_points))
        yield Said(aspect="floor", text=text, of=debt.floor_points)
