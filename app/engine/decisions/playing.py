"""Challenges and streaks: an activity counts towards them and reaches their prizes; undoing it takes both back."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from app.engine.calendar import local_day
from app.engine.context import Context, Edition
from app.engine.decisions import streaks
from app.engine.decisions.prizing import give, take_another, take_prize
from app.engine.estate import Estate
from app.engine.facts import Facts
from app.engine.ledger.counts import Counting, Counts
from app.engine.ledger.draft import Draft
from app.engine.played import Advanced, Played, Prized, PrizeTaken
from app.engine.rulebook.challenges import Challenge
from app.engine.rulebook.counting import Tick, ticks_of
from app.engine.rulebook.games import done_counter, goal_counter, streak_counter, thing_of
from app.engine.rulebook.goals import Stand, is_open, stand, window_key
from app.engine.rulebook.prizes import Prize
from app.engine.state import Original

# One activity completes a challenge at most so often; what is left over the next one finds.
TIMES_MAX: Final = 100


class Left(Struct, frozen=True, kw_only=True):
    """What remains of an activity: its facts, and the points of the main wallet that it still has earned."""

    facts: Facts
    points: int


class Undoing(Struct, frozen=True, kw_only=True):
    """An activity that is undone, wholly or in part: which, what it had done, how often each prize went back before."""

    original: Original
    played: Played
    taken: tuple[int, ...]
    edition: Edition
    kind: str


def play(
    kind: str, facts: Facts, points: int, draft: Draft, context: Context, *, occurred_us: int, edition: Edition
) -> Played | None:
    """Count an activity of a kind ("": a purchase) that earned so many points, and give the prizes that it reaches."""
    games = edition.compiled.games
    if games is None or kind not in games.kinds:
        return None
    enrolled_day = _enrolled_day(draft, context)
    ticks = ticks_of(edition.compiled, kind, facts, points, enrolled_day)
    if not ticks:
        return None
    book = draft.counters
    found = {tick.track.name for tick in ticks}
    shut: list[str] = []
    advanced: list[Advanced] = []
    prizes: list[Prized] = []

    def won(prize: Prize, cause: str, times: int, day: int) -> None:
        prizes.append(
            give(prize, cause, draft, context, occurred_us=occurred_us, edition=edition, times=times, day=day)
        )

    for challenge in games.played_by(kind):
        key = window_key(challenge, facts.local_day)
        counted = _count_goals(challenge, key, enrolled_day, ticks, book, shut)
        if counted:
            now = stand(challenge, key, enrolled_day, book.between)
            rounds = now.given + _complete(challenge, key, now, book, won)
            rounds = rounds if challenge.repeat == "unlimited" else 0
            advanced += [
                Advanced(game=challenge.id, goal=goal.id, day=key, count=max(0, count - rounds * target), target=target)
                for goal, count, target in zip(challenge.goals, now.counts, now.targets, strict=True)
                if goal.id in counted
            ]
    for streak in games.kept_by(kind):
        if streak_counter(streak) in found:
            advanced.append(streaks.advance(streak, facts.local_day, ticks, book, won))
    return Played(advanced=tuple(advanced), prizes=tuple(prizes), shut=tuple(shut))


def unplay(undone: Undoing, before: Left, after: Left | None, draft: Draft, context: Context) -> tuple[PrizeTaken, ...]:
    """Count down what the rest of an activity does not count any more, and take prizes back that it had held up.

    `before` is what had remained so far and `after` what remains now, None if nothing does. A prize goes where what is
    left does not reach it any more, whichever activity had reached it, unless it is sticky.
    """
    compiled = undone.edition.compiled
    games = compiled.games
    if games is None:
        return ()
    enrolled_day = _enrolled_day(draft, context)
    fewer = _fewer(
        ticks_of(compiled, undone.kind, before.facts, before.points, enrolled_day),
        ticks_of(compiled, undone.kind, after.facts, after.points, enrolled_day) if after is not None else (),
        undone.played.shut,
    )
    if not fewer:
        return ()
    book = draft.counters
    taken: list[PrizeTaken] = []

    def lost(prize: Prize, cause: str, times: int, day: int) -> None:
        taken.extend(_take(undone, prize, cause, times, day, draft, context))

    for challenge in games.played_by(undone.kind):
        key = window_key(challenge, before.facts.local_day)
        was = stand(challenge, key, enrolled_day, book.between)
        if not _count_down(challenge, fewer, book):
            continue
        now = stand(challenge, key, enrolled_day, book.between)
        times = min(was.given, max(0, was.given - now.times) - max(0, was.given - was.times))
        if times > 0 and not challenge.sticky:
            book.count(done_counter(challenge), key, -times)
            lost(challenge.prize, f"challenge/{challenge.id}", times, key)
    for streak in games.kept_by(undone.kind):
        streaks.retreat(streak, before.facts.local_day, fewer, book, lost)
    return tuple(taken)


def count_once(estate: Estate, draft: Draft) -> None:
    """Let different things that both of two accounts had counted count as one, before one takes the other over."""
    own = Counts(draft.state.counters)
    for each in estate.counters:
        name = thing_of(each.name)
        if name and each.count > 0 and own.between(each.name, each.day, each.day + 1) > 0:
            draft.count(name, -1, each.day)


def taken_so_far(played: Played, before: Sequence[int], taken: Sequence[PrizeTaken]) -> tuple[int, ...]:
    """How often each prize of an activity has been taken back, after what was taken now."""
    counts = list(before or (0,) * len(played.prizes))
    for each in taken:
        times = each.times
        for place, prized in enumerate(played.prizes):
            if prized.cause == each.cause:
                share = min(times, prized.times - counts[place])
                counts[place] += share
                times -= share
    return tuple(counts)


def _count_goals(
    challenge: Challenge, key: int, enrolled_day: int, ticks: Sequence[Tick], book: Counting, shut: list[str]
) -> frozenset[str]:
    """Count what goals of a challenge are about, in their order; returns those that counted."""
    counted = set()
    for place, goal in enumerate(challenge.goals):
        name = goal_counter(challenge, goal)
        own = [tick for tick in ticks if tick.track.name == name]
        if not own:
            continue
        if challenge.order == "in_order" and not is_open(challenge, place, key, enrolled_day, book.between):
            shut.append(name)
            continue
        book.count_ticks(own)
        counted.add(goal.id)
    return frozenset(counted)


def _complete(
    challenge: Challenge, key: int, now: Stand, book: Counting, won: Callable[[Prize, str, int, int], None]
) -> int:
    """Give the prize as often as it is due and was not given; returns how often that is."""
    times = min(now.times - now.given, TIMES_MAX)
    if times <= 0:
        return 0
    book.count(done_counter(challenge), key, times)
    won(challenge.prize, f"challenge/{challenge.id}", times, key)
    return times


def _count_down(challenge: Challenge, fewer: Sequence[Tick], book: Counting) -> bool:
    """Count down what goals of a challenge are about; returns whether anything did."""
    names = {goal_counter(challenge, goal) for goal in challenge.goals}
    own = [tick for tick in fewer if tick.track.name in names]
    book.count_ticks(own)
    return bool(own)


def _fewer(before: Sequence[Tick], after: Sequence[Tick], shut: Sequence[str]) -> tuple[Tick, ...]:
    """What counts less than before."""
    left = {(tick.track.name, tick.value, tick.day): tick.count for tick in after}
    known = {(tick.track.name, tick.value, tick.day) for tick in before}
    gone = [
        Tick(tick.track, tick.value, tick.day, left.get((tick.track.name, tick.value, tick.day), 0) - tick.count)
        for tick in before
    ]
    gone += [tick for tick in after if (tick.track.name, tick.value, tick.day) not in known]
    return tuple(tick for tick in gone if tick.count and tick.track.name not in shut)


def _take(
    undone: Undoing, prize: Prize, cause: str, times: int, day: int, draft: Draft, context: Context
) -> list[PrizeTaken]:
    """Take prizes back: first those that this very activity was given, then those of others."""
    found = []
    for place, prized in enumerate(undone.played.prizes):
        left = prized.times - (undone.taken[place] if undone.taken else 0)
        share = min(times, left)
        if prized.cause == cause and prized.day == day and share > 0:
            found.append(take_prize(prized, undone.original, draft, context, share))
            times -= share
    if times:
        found.append(take_another(prize, cause, draft, context, times))
    return found


def _enrolled_day(draft: Draft, context: Context) -> int:
    enrolled_us = draft.account.enrolled_us
    return local_day(enrolled_us if enrolled_us is not None else context.now_us, context.zone)
