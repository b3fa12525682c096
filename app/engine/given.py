"""Every prize that a decision gave or took back, in the order in which their points were posted."""

from collections.abc import Iterator
from typing import Final

from app.engine.change import Change
from app.engine.context import Timeline
from app.engine.corrected import Corrected
from app.engine.decisions.prizing import TAKEN
from app.engine.outcomes import Cancelled, ClawedBack, Purchased, Redeemed, Refunded, Rewarded
from app.engine.played import Acted, ActivityCancelled, Drawn, Played, Prized, PrizeTaken
from app.engine.remains import Reversed
from app.engine.rulebook.prizes import wallet_of
from app.engine.sights import giving, reached_counter

# What may take a level from a member, and with it what the level had given.
SINKING: Final = (Refunded, ActivityCancelled, ClawedBack, Corrected)
REFERRAL: Final = "referral"


def given(change: Change) -> tuple[Prized, ...]:
    """What draws, challenges, streaks, referrals and levels gave."""
    return (*_of_outcome(change), *change.reached)


def drawn(change: Change) -> tuple[Drawn, ...]:
    """The draws that were made, whatever came of them."""
    match change.outcome:
        case Purchased(surprises=surprises) | Acted(surprises=surprises):
            return surprises
        case Redeemed(drawn=Drawn() as turned):
            return (turned,)
        case _:
            return ()


def taken(change: Change, timeline: Timeline) -> tuple[PrizeTaken, ...]:
    """What was taken back of prizes. `timeline` are the versions by which it was decided."""
    match change.outcome:
        case Refunded(prizes=prizes):
            of_referral = tuple(prize for prize in prizes if prize.cause == REFERRAL)
            others = tuple(prize for prize in prizes if prize.cause != REFERRAL)
            return (*of_referral, *others, *_sunk(change, prizes, timeline))
        case ActivityCancelled(prizes=prizes):
            return (*prizes, *_sunk(change, prizes, timeline))
        case Cancelled(prize=prize):
            return () if prize is None else (prize,)
        case ClawedBack(prize=prize):
            prizes = () if prize is None else (prize,)
            return (*_sunk(change, prizes, timeline), *prizes)
        case _:
            return tuple(_sunk(change, (), timeline))


def _of_outcome(change: Change) -> Iterator[Prized]:
    match change.outcome:
        case Purchased() as bought:
            if bought.referral_prize is not None:
                yield bought.referral_prize
            yield from _played(change, bought.played)
        case Acted() as acted:
            yield from _played(change, acted.played)
        case Redeemed():
            yield from _played(change, None)
        case Rewarded(prize=Prized() as prize):
            yield prize
        case _:
            return


def _played(change: Change, played: Played | None) -> Iterator[Prized]:
    yield from (each.prized for each in drawn(change) if each.prized is not None)
    yield from played.prizes if played is not None else ()


def _sunk(change: Change, known: tuple[PrizeTaken, ...], timeline: Timeline) -> Iterator[PrizeTaken]:
    """What levels had given that were left. Their counters say so; the entries, what was found of their points.

    What is free is taken for the first level, then for the next, and then no more is owed than a floor allows: so the
    first has all that could be taken, up to its own.
    """
    edition = timeline.in_force(change.now_us)
    if edition is None or not isinstance(change.outcome, SINKING):
        return
    left = {move.name: -move.count for move in change.counter_moves if move.count < 0}
    found: dict[str, int] = {}
    for entry in change.entries:
        if entry.kind == TAKEN:
            found[entry.wallet] = found.get(entry.wallet, 0) - entry.points
    for prize in known:
        found[prize.wallet] = found.get(prize.wallet, 0) - prize.reversed.collected
    for ladder, level, gives in giving(edition.compiled.ladders):
        cause = reached_counter(ladder, level)
        if cause not in left:
            continue
        wallet, asked = wallet_of(gives), (gives.points or 0) * left[cause]
        points = min(asked, found.get(wallet, 0))
        found[wallet] = found.get(wallet, 0) - points
        yield PrizeTaken(
            cause=cause,
            times=left[cause],
            reversed=Reversed(asked=asked, from_others=points, uncollected=asked - points),
            badge=gives.badge,
            gift=gives.gift,
            wallet=wallet,
        )
