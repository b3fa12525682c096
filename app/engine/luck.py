"""What a decision looks at because something in it is left to chance: counters, shared stocks, prizes to take back."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from app.engine.activity import Activity
from app.engine.calendar import local_day
from app.engine.commands import Command, Move, Purchase, RewardRedemption
from app.engine.context import Timeline
from app.engine.draws import draw_counter, limit_counter
from app.engine.odds import Odds, limit_day, odds_of_surprise, odds_of_wheel, stocks_held, stocks_of, wheel_of
from app.engine.outcomes import Purchased, Redeemed
from app.engine.played import Acted, Drawn, Prized
from app.engine.playspans import purchases_again
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.surprises import Surprise
from app.engine.state import Original


class Luck(Struct, frozen=True, kw_only=True):
    """Counters by name and days, prizes that may have to be taken back with their facts, names of shared stocks."""

    counters: tuple[tuple[str, int, int], ...] = ()
    prizes: tuple[tuple[Original, Prized], ...] = ()
    stocks: tuple[str, ...] = ()


NO_LUCK: Final = Luck()


def luck_of(command: Command, originals: tuple[Original, ...], timeline: Timeline, now_us: int, zone: str) -> Luck:
    """What a command needs on account of draws: those that it makes, and those of facts that it may undo.

    A move draws again for whoever the purchase was: the counters are of that account.
    """
    if not timeline.draws:
        return NO_LUCK
    counters: list[tuple[str, int, int]] = []
    stocks: list[str] = []
    for each in purchases_again(originals) if isinstance(command, Move) else (command,):
        for odds, surprise in _ahead(each, timeline, now_us):
            counters.append((draw_counter(odds.draw), 0, 1))
            if surprise is not None and surprise.limit is not None:
                day = limit_day(surprise.limit, local_day(_occurred_us(each, now_us), zone))
                counters.append((limit_counter(odds.draw), day, day + 1))
            stocks += stocks_of(odds)
    undone = [(original, *each) for original in originals for each in _behind(original, timeline)]
    stocks += [name for _, drawn, odds in undone for name in stocks_held(drawn, odds)]
    return Luck(
        counters=tuple(counters),
        prizes=tuple((original, drawn.prized) for original, drawn, _ in undone if drawn.prized is not None),
        stocks=tuple(stocks),
    )


def _ahead(command: Command, timeline: Timeline, now_us: int) -> Iterator[tuple[Odds, Surprise | None]]:
    """The draws that a command may make."""
    match command:
        case RewardRedemption(reward=wanted):
            edition = timeline.in_force(now_us)
            rewards = edition.compiled.document.rewards if edition is not None else ()
            found = [odds_of_wheel(reward) for reward in rewards if reward.id == wanted]
            yield from ((odds, None) for odds in found if odds is not None)
        case Purchase():
            yield from _surprising(PURCHASES, _occurred_us(command, now_us), timeline)
        case Activity(kind=kind):
            yield from _surprising(kind, _occurred_us(command, now_us), timeline)
        case _:
            return


def _occurred_us(command: Command, now_us: int) -> int:
    """When the activity was; one from the future is of now."""
    if isinstance(command, Purchase | Activity) and command.occurred_us is not None:
        return min(command.occurred_us, now_us)
    return now_us


def _surprising(kind: str, occurred_us: int, timeline: Timeline) -> Iterator[tuple[Odds, Surprise]]:
    edition = timeline.in_force(occurred_us)
    for surprise in edition.compiled.document.surprises if edition is not None else ():
        if surprise.on == kind:
            yield odds_of_surprise(surprise), surprise


def _behind(original: Original, timeline: Timeline) -> Iterator[tuple[Drawn, Odds]]:
    """The draws of a fact, with their odds of then."""
    outcome = original.change.outcome if original.change is not None else None
    match outcome:
        case Redeemed(drawn=Drawn() as drawn):
            wheel = wheel_of(outcome, timeline)
            odds = odds_of_wheel(wheel) if wheel is not None else None
            if odds is not None:
                yield drawn, odds
        case Purchased() | Acted():
            document = timeline.edition(outcome.rulebook).compiled.document
            known = {odds.draw: odds for odds in map(odds_of_surprise, document.surprises)}
            yield from ((drawn, known[drawn.draw]) for drawn in outcome.surprises)
        case _:
            return
