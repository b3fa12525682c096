"""Which counters a decision about challenges and streaks looks at: named before anything is loaded."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.engine.activity import Activity
from app.engine.calendar import DAY_MAX, local_day, local_moment
from app.engine.commands import Command, Purchase
from app.engine.context import Timeline
from app.engine.deeds import activity_counter, basket_of, limit_days
from app.engine.facts import Basket, Facts
from app.engine.outcomes import Purchased
from app.engine.played import Acted, gift_counter
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.counting import values_of
from app.engine.rulebook.games import Games, Track, value_counter
from app.engine.rulebook.goals import Days, days_of, window_key
from app.engine.rulebook.measures import MICRO, DistinctOf
from app.engine.rulebook.prizes import wallet_of
from app.engine.rulebook.streaking import days_of_streak
from app.engine.state import Account, Original


class Plays(Struct, frozen=True, kw_only=True):
    """What playing looks at: counters, and what may be taken back, by wallet and by the numbers of lots."""

    counters: tuple[Days, ...] = ()
    back: tuple[tuple[str, int], ...] = ()
    lots: tuple[int, ...] = ()


NO_PLAYS: Final = Plays()


def plays_of(
    command: Command,
    account: Account,
    now_us: int,
    zone: str,
    timeline: Timeline,
    originals: tuple[Original, ...],
) -> Iterator[tuple[Plays, Original | None]]:
    """What a command looks at because it is an activity, and because of each activity that it undoes."""
    if not timeline.plays:
        return
    enrolled_day = local_day(now_us if account.enrolled_us is None else account.enrolled_us, zone)
    match command:
        case Purchase(basket=basket, occurred_us=occurred_us):
            at_us = now_us if occurred_us is None else min(occurred_us, now_us)
            edition = timeline.in_force(at_us)
            if edition is not None:
                days = _days_played(edition.compiled, "", basket, at_us, zone, enrolled_day)
                yield Plays(counters=tuple(sorted(days))), None
        case Activity(kind=kind, occurred_us=occurred_us):
            at_us = now_us if occurred_us is None else min(occurred_us, now_us)
            edition = timeline.in_force(at_us)
            if edition is not None:
                basket = basket_of(command, "")
                days = _days_played(edition.compiled, kind, basket, at_us, zone, enrolled_day)
                limits = _of_limits(edition.compiled, kind, local_day(at_us, zone))
                yield Plays(counters=tuple(sorted({*days, *limits}))), None
        case _:
            for original in originals:
                yield _undoing(original, zone, timeline, enrolled_day), original


def plays_again(
    account: Account, now_us: int, zone: str, timeline: Timeline, originals: tuple[Original, ...]
) -> Iterator[Plays]:
    """What purchases look at that are decided again for an account, each at its own time."""
    for again in purchases_again(originals):
        for plays, _ in plays_of(again, account, now_us, zone, timeline, ()):
            yield plays


def purchases_again(originals: tuple[Original, ...]) -> Iterator[Purchase]:
    """The purchases among some facts as they are decided again, each at its own time."""
    for original in originals:
        bought = original.change.outcome if original.change is not None else None
        if isinstance(bought, Purchased) and isinstance(original.command, Purchase):
            yield replace(original.command, occurred_us=bought.occurred_us)


def _undoing(original: Original, zone: str, timeline: Timeline, enrolled_day: int) -> Plays:
    """What an activity had counted, its own prizes, and as much again for those that it had only held up."""
    change, command = original.change, original.command
    bought = change.outcome if change is not None else None
    if not isinstance(bought, Purchased | Acted) or bought.played is None:
        return _granted(bought) if isinstance(bought, Acted) else NO_PLAYS
    assert isinstance(command, Purchase | Activity), "nothing else is played with"
    kind, basket = (command.kind, basket_of(command, "")) if isinstance(command, Activity) else ("", command.basket)
    compiled = timeline.edition(bought.rulebook).compiled
    days = _days_played(compiled, kind, basket, bought.occurred_us, zone, enrolled_day)
    own = [(prized.wallet, prized.points) for prized in bought.played.prizes]
    lots = tuple(prized.lot for prized in bought.played.prizes if prized.lot is not None)
    others = _at_stake(compiled.games, kind, basket, bought) if compiled.games is not None else ()
    granted = _granted(bought) if isinstance(bought, Acted) else NO_PLAYS
    return Plays(counters=tuple(sorted(days)), back=(*granted.back, *own, *others), lots=(*granted.lots, *lots))


def _granted(acted: Acted) -> Plays:
    """What an activity earned itself."""
    return Plays(
        back=tuple((grant.wallet, grant.points) for grant in acted.grants),
        lots=tuple(grant.lot for grant in acted.grants),
    )


def _of_limits(compiled: Compiled, kind: str, day: int) -> Iterator[Days]:
    """How often a kind of activity has counted in the time of each of its limits."""
    for declared in compiled.document.activities:
        if declared.id == kind:
            for limit in declared.limits:
                yield activity_counter(kind), *limit_days(limit, day)


def _at_stake(games: Games, kind: str, basket: Basket, bought: Purchased | Acted) -> Iterator[tuple[str, int]]:
    """The most points of prizes that the rest of an activity may not hold up any more."""
    most = max(
        1,
        sum(line.amount_minor for line in basket.lines),
        bought.points + sum(grant.points for grant in bought.grants),
        sum(line.quantity_micro for line in basket.lines) // MICRO + 1,
        len(basket.lines),
    )
    for challenge in games.played_by(kind):
        times = 1
        if challenge.repeat == "unlimited":
            times += max(most // (goal.target or 1) for goal in challenge.goals)
        yield wallet_of(challenge.prize), (challenge.prize.points or 0) * times
    for streak in games.kept_by(kind):
        for milestone in streak.milestones:
            yield wallet_of(milestone.prize), milestone.prize.points or 0


def _days_played(compiled: Compiled, kind: str, basket: Basket, at_us: int, zone: str, enrolled_day: int) -> set[Days]:
    """Names and days that an activity of a kind at an instant may look at or count."""
    games = compiled.games
    if games is None or kind not in games.kinds:
        return set()
    day, weekday, minute = local_moment(at_us, zone)
    facts = Facts(basket=basket, local_day=day, weekday=weekday, minute_of_day=minute, tier=None, points_paid_minor=0)
    found = {days for track in games.kinds[kind].tracks for days in _of_values(track, facts, enrolled_day)}
    return found | set(_of_games(games, kind, day, enrolled_day))


def _of_games(games: Games, kind: str, day: int, enrolled_day: int) -> Iterator[Days]:
    for challenge in games.played_by(kind):
        yield from days_of(challenge, window_key(challenge, day), enrolled_day)
        if challenge.prize.gift is not None:
            yield gift_counter(challenge.prize.gift), 0, DAY_MAX + 1
    for streak in games.kept_by(kind):
        yield from days_of_streak(streak, day)
        for milestone in streak.milestones:
            if milestone.prize.gift is not None:
                yield gift_counter(milestone.prize.gift), 0, DAY_MAX + 1


def _of_values(track: Track, facts: Facts, enrolled_day: int) -> Iterator[Days]:
    day = track.day(facts.local_day, enrolled_day)
    if isinstance(track.measure, DistinctOf) and day is not None:
        for value in values_of(track.measure, facts, facts.basket.lines):
            yield value_counter(track.name, value), day, day + 1
