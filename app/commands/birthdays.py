"""Word of birthdays: once a member and year, on the local day that the rulebook names.

The engine has no dates of birth, so nobody finds out about this by looking at an account: day by day, whoever's
birthday is near enough is looked up, and told by a command. A day that was missed is made up for while the birthday
itself is not over. The keys make sure that nobody hears of a birthday twice.
"""

import asyncio
from datetime import date
from typing import Final

from app.commands.asks import Answered, Ask, Unavailable
from app.commands.effects import SYSTEM_SOURCE
from app.commands.lanes import Lanes
from app.commands.timelines import Timelines
from app.engine.birthdays import TellBirthday
from app.engine.calendar import day_start_us, local_day
from app.engine.context import Timeline
from app.repositories import birthdays, chores
from app.repositories.birthdays import FOLLOWER, Wanting
from app.repositories.database import Database
from app.repositories.programs import Program

# No rulebook asks for word longer before.
DAYS_BEFORE_MAX: Final = 60
# As many go to the lanes at once as accounts that are due.
PORTION: Final = 6


async def tell(database: Database, lanes: Lanes, timelines: Timelines, program: Program, wanting: Wanting) -> bool:
    """Tell of every birthday of which it is time, of today and of days that were missed.

    False if lanes would not take somebody in: that day is looked at again.
    """
    today, told = local_day(wanting.now_us, program.zone), wanting.told_day
    timeline = await timelines.of(database, program.id, wanting.rulebooks)
    for day in range(today if told is None else max(told + 1, today - DAYS_BEFORE_MAX), today + 1):
        days = _days_before(timeline, program, day, wanting.now_us)
        if days is None and told is None:
            # The version that will ask is not in force yet; today is not over and done with.
            continue
        if days is not None and day + days >= today and not await _told(database, lanes, program, day, days):
            return False
        async with database.transaction() as writer:
            await chores.advance(writer, program.id, FOLLOWER, day)
    return True


def dates_on(day: int) -> list[date]:
    """The dates whose birthdays are celebrated on a day: one on 29 February is on the 28th in other years."""
    found = date.fromordinal(day)
    tomorrow = date.fromordinal(day + 1)
    if (found.month, found.day, tomorrow.month) == (2, 28, 3):
        return [found, date(2024, 2, 29)]
    return [found]


def _days_before(timeline: Timeline, program: Program, day: int, now_us: int) -> int | None:
    """How many days ahead word is given by the version in force on a day: of today, by now."""
    edition = timeline.in_force(min(now_us, day_start_us(day + 1, program.zone) - 1))
    return edition.compiled.document.birthday_notice_days if edition is not None else None


async def _told(database: Database, lanes: Lanes, program: Program, day: int, days: int) -> bool:
    """Tell of the birthdays so many days after a day. False if somebody could not be told now."""
    async with database.glancing() as reader:
        members = await birthdays.on(reader, program.id, dates_on(day + days))
    command = TellBirthday(at_us=day_start_us(day, program.zone), days=days)
    year = date.fromordinal(day + days).year
    for first in range(0, len(members), PORTION):
        asks = [
            Ask(member=member, command=command, key=f"birthday of {member} in {year}")
            for member in members[first : first + PORTION]
        ]
        answers: list[Answered] = await asyncio.gather(*(lanes.ask(program, SYSTEM_SOURCE, ask) for ask in asks))
        if any(isinstance(answer, Unavailable) for answer in answers):
            return False
    return True
