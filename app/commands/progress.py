"""What members play: their counters, settled by the rulebook in force and looked at without being written."""

from uuid import UUID

from msgspec import Struct

from app.commands.reading import Reading, Standing
from app.engine.calendar import DAY_MAX, local_day
from app.engine.context import Edition
from app.engine.ledger.counts import Counts
from app.engine.played import badge_counter, gift_counter
from app.engine.rulebook.games import Games
from app.engine.rulebook.goals import days_of, window_key
from app.engine.rulebook.streaking import days_of_streak
from app.engine.wanted import Needs, Span
from app.repositories.counted import load_counters
from app.repositories.database import Database
from app.repositories.programs import Program


class Playing(Struct, frozen=True, kw_only=True):
    """A member's counters, the rulebook by which they are told, and the days of today and of the enrolment."""

    standing: Standing
    edition: Edition | None
    counts: Counts
    today: int
    enrolled_day: int


async def playing(database: Database, reading: Reading, program: Program, member: UUID) -> Playing | None:
    """Everything that a member plays by the rulebook in force; None for an unknown member."""
    standing = await reading.standing(program, member)
    if standing is None:
        return None
    today, enrolled_day = _days(program, standing)
    return await _counted(database, program, standing, _spans(standing.edition, today, enrolled_day))


async def holding(database: Database, reading: Reading, program: Program, standing: Standing) -> Playing:
    """The same of gifts alone. Nothing is read where no version in force so far has given any."""
    spans: tuple[Span, ...] = ()
    if standing.edition is not None:
        timeline = await reading.timeline(program, standing.edition.version)
        gifts, rewards = timeline.gifts, standing.edition.compiled.document.rewards
        spans = tuple(Span(gift_counter(reward.id), 0, DAY_MAX + 1) for reward in rewards if reward.id in gifts)
    return await _counted(database, program, standing, spans)


async def _counted(database: Database, program: Program, standing: Standing, spans: tuple[Span, ...]) -> Playing:
    member, counts = standing.account.member, Counts(())
    if spans:
        async with database.glancing() as reader:
            found = await load_counters(reader, program.id, {member: Needs(counters=spans)})
            counts = Counts(found.get(member, ()))
    today, enrolled_day = _days(program, standing)
    return Playing(standing=standing, edition=standing.edition, counts=counts, today=today, enrolled_day=enrolled_day)


def _days(program: Program, standing: Standing) -> tuple[int, int]:
    """The local days of today and of the enrolment."""
    enrolled_us = standing.account.enrolled_us
    today = local_day(standing.now_us, program.zone)
    return today, today if enrolled_us is None else local_day(enrolled_us, program.zone)


def _spans(edition: Edition | None, today: int, enrolled_day: int) -> tuple[Span, ...]:
    if edition is None:
        return ()
    document, games = edition.compiled.document, edition.compiled.games
    found = [Span(badge_counter(badge.id)) for badge in document.badges]
    found += [Span(gift_counter(reward.id), 0, DAY_MAX + 1) for reward in document.rewards]
    if games is not None:
        found += _of_games(games, today, enrolled_day)
    return tuple(sorted(set(found)))


def _of_games(games: Games, today: int, enrolled_day: int) -> list[Span]:
    found = []
    for challenge in games.challenges:
        found += [Span(*days) for days in days_of(challenge, window_key(challenge, today), enrolled_day)]
    for streak in games.streaks:
        found += [Span(*days) for days in days_of_streak(streak, today)]
    return found
