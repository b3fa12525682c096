"""What members, friends and staff may do, in plain sentences."""

from collections.abc import Iterator

from app.commands.plainly.parts import Block, Said, Section
from app.commands.plainly.phrases import HEADINGS, TERMS
from app.commands.plainly.referring import referral
from app.commands.plainly.voice import Voice
from app.engine.rulebook.document import Adjustments, Goodwill, Holds, Late, Rulebook, Transfers


def sections(document: Rulebook, voice: Voice) -> Iterator[Block]:
    """Every section that has no parts with an id."""
    yield _block("referral", referral(document, voice), voice)
    yield _block("transfers", _transfers(document.transfers, voice), voice)
    yield _block("holds", _holds(document.holds, voice), voice)
    yield _block("goodwill", _goodwill(document.goodwill, voice), voice)
    yield _block("adjustments", _adjustments(document.adjustments, voice), voice)
    yield _block("late", _late(document.late, voice), voice)
    yield _block("notices", _notices(document, voice), voice)


def _block(section: Section, said: Iterator[Said], voice: Voice) -> Block:
    return Block(section=section, id=None, heading=voice.say(HEADINGS[section]), said=tuple(said))


def _transfers(transfers: Transfers | None, voice: Voice) -> Iterator[Said]:
    kind = "transfers" if transfers else "no_transfers"
    yield Said(aspect="transfers", text=voice.say(TERMS[kind]), of=transfers is not None)
    if transfers is None:
        return
    for aspect, points in (
        ("transfer_minimum", transfers.minimum_points),
        ("at_most_once", transfers.maximum_points),
        ("per_day", transfers.per_day_points),
    ):
        if points is not None:
            yield Said(aspect=aspect, text=voice.say(TERMS[aspect], points=voice.points(points)), of=points)


def _holds(holds: Holds, voice: Voice) -> Iterator[Said]:
    for aspect, minutes in (("hold", holds.minutes), ("hold_life", holds.life_minutes_max)):
        yield Said(aspect=aspect, text=voice.say(TERMS[aspect], time=voice.duration(minutes)), of=minutes)


def _goodwill(goodwill: Goodwill | None, voice: Voice) -> Iterator[Said]:
    kind = "goodwill" if goodwill else "no_goodwill"
    yield Said(aspect="goodwill", text=voice.say(TERMS[kind]), of=goodwill is not None)
    if goodwill is None:
        return
    limits = (("at_most_once", goodwill.points_max), ("per_staff_and_day", goodwill.points_per_staff_and_day))
    for aspect, points in limits:
        yield Said(aspect=aspect, text=voice.say(TERMS[aspect], points=voice.points(points)), of=points)


def _adjustments(adjustments: Adjustments, voice: Voice) -> Iterator[Said]:
    most = adjustments.approval_over_points
    told = voice.say(TERMS["no_approval"]) if most is None else voice.say(TERMS["approval"], points=voice.points(most))
    yield Said(aspect="approval", text=told, of=most)


def _late(late: Late, voice: Voice) -> Iterator[Said]:
    yield Said(aspect="late", text=voice.say(TERMS["late"], number=voice.number(late.days_max)), of=late.days_max)
    yield Said(aspect="clock_skew", text=voice.say(TERMS[f"clock_{late.clock_skew}"]), of=late.clock_skew)


def _notices(document: Rulebook, voice: Voice) -> Iterator[Said]:
    soon, notice = document.expiring_soon_days, document.expiry_notice_days
    told = voice.say(TERMS["soon"], number=voice.number(soon)) if soon else voice.say(TERMS["no_soon"])
    yield Said(aspect="soon", text=told, of=soon)
    told = voice.say(TERMS["notice"], days=voice.count("day", notice)) if notice else voice.say(TERMS["no_notice"])
    yield Said(aspect="notice", text=told, of=notice)
    overdue, birthday = document.visit_overdue_days, document.birthday_notice_days
    if overdue:
        told = voice.say(TERMS["visit_overdue"], days=voice.count("day", overdue))
        yield Said(aspect="visit_overdue", text=told, of=overdue)
    if birthday is not None:
        days = voice.count("day", birthday)
        told = voice.say(TERMS["birthday_notice" if birthday else "birthday_notice_on_the_day"], days=days)
        yield Said(aspect="birthday_notice", text=told, of=birthday)
