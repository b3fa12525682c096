"""What share of the members reaches what under a rulebook, if they go on as they did: a sample lives on in memory."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.deciding import Desk
from app.commands.known import People
from app.commands.trial import Journey, Planned, context_at, states
from app.engine.calendar import add_months, day_start_us, local_day
from app.engine.commands import LetTimePass, Purchase, RewardRedemption
from app.engine.context import Timeline
from app.engine.movements import CounterMove
from app.engine.naming import reverses
from app.engine.outcomes import Outcome, Purchased, Refunded
from app.engine.rulebook.document import Rulebook
from app.engine.shared_stocks import stocks
from app.repositories import crowds, details, journal, ledger
from app.repositories.database import Database, Reader
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.repositories.stocks import look

ROWS_A_LOOK: Final = 50_000
MEMBERS_A_BREATH: Final = 10
DONE: Final = "done/"

# The kind of what can be reached, and its id.
Goal = tuple[str, str]


class Reach(Struct, frozen=True, kw_only=True):
    """How many of a sample reach each thing within 0, 1, 2 … months."""

    members: int
    sample: int
    reached: dict[Goal, list[int]]


class Plan(Struct, frozen=True, kw_only=True):
    """For how many months from when, and what is looked at on the way. `levels` from the base upwards."""

    now_us: int
    months: int
    zone: str
    taking: tuple[RewardRedemption, ...]
    levels: tuple[str, ...]


async def reach(
    database: Database, program: Program, tried: Timeline, document: Rulebook, *, months: int, size: int
) -> Reach:
    """Let a sample of the members go on as they did: the purchases of so many months once more, so much later."""
    async with database.glancing() as reader:
        members = await crowds.count(reader, program.id)
        chosen = await crowds.sample(reader, program.id, size=size)
        now_us, _ = await ledger.now(reader, program.id)
        bought = await _bought(reader, program, chosen, _shifted(now_us, -months, program.zone))
    plan = Plan(
        now_us=now_us,
        months=months,
        zone=program.zone,
        taking=tuple(RewardRedemption(reward=reward.id) for reward in document.rewards),
        levels=tuple(level.id for level in document.tiers.levels) if document.tiers else (),
    )
    names = {name for each in plan.taking for name in stocks(each, (), tried, now_us, program.zone)}
    reached: dict[Goal, list[int]] = {goal: [0] * (months + 1) for goal in _goals(document)}
    for first in range(0, len(chosen), MEMBERS_A_BREATH):
        few = chosen[first : first + MEMBERS_A_BREATH]
        async with database.reading() as reader:
            loaded = await states(reader, program, few)
            people = People(await details.of(reader, program.id, sorted(loaded)))
            shared = await look(reader, program.id, names) if names else {}
        for member in few:
            # Each takes from the whole stock: nobody of the sample leaves anybody else with nothing.
            desk = Desk(context_at(program, tried, now_us), dict(loaded), {}, dict(shared), people)
            journey = Journey(program, tried, member, desk)
            when = await asyncio.to_thread(_lived, journey, bought.get(member, []), plan)
            for goal, month in when.items():
                for later in range(month, months + 1):
                    reached[goal][later] += 1
    return Reach(members=members, sample=len(chosen), reached=reached)


def _goals(document: Rulebook) -> list[Goal]:
    """What can be reached. Everybody stands in the base level."""
    levels = document.tiers.levels[1:] if document.tiers else ()
    return [
        *(("reward", reward.id) for reward in document.rewards),
        *(("tier", level.id) for level in levels),
        *(("challenge", challenge.id) for challenge in document.challenges),
    ]


def _lived(journey: Journey, bought: Sequence[JournalRow], plan: Plan) -> dict[Goal, int]:
    """The month in which one member reaches each thing. Points are saved: nothing is paid with them."""
    when: dict[Goal, int] = {}
    waiting = [_again(row, plan) for row in reversed(bought)]
    for month in range(plan.months + 1):
        until_us = _shifted(plan.now_us, month, plan.zone)
        while waiting and waiting[-1].at_us <= until_us:
            done = journey.take(waiting.pop())
            moves = done.main.change.counter_moves if done.main is not None else ()
            _note(when, month, done.account.tier, moves, plan)
        # Time alone lifts nobody and may let points go; a level that was reached stays reached.
        _note(when, month, journey.take(Planned(command=LetTimePass(), at_us=until_us)).account.tier, (), plan)
        for command in plan.taking:
            goal = ("reward", command.reward)
            if goal not in when and journey.could(Planned(command=command, at_us=until_us)):
                when[goal] = month
    return when


def _note(when: dict[Goal, int], month: int, tier: str | None, moves: Iterable[CounterMove], plan: Plan) -> None:
    if tier in plan.levels:
        for level in plan.levels[1 : plan.levels.index(tier) + 1]:
            when.setdefault(("tier", level), month)
    for move in moves:
        if move.name.startswith(DONE) and move.count > 0:
            when.setdefault(("challenge", move.name.removeprefix(DONE)), month)


def _again(row: JournalRow, plan: Plan) -> Planned:
    """The same purchase so many months later, paid with money."""
    command = row.command
    assert isinstance(command, Purchase), "only purchases were chosen"
    tenders = tuple(tender for tender in command.basket.tenders if not tender.points)
    basket = replace(command.basket, tenders=tenders)
    return Planned(command=Purchase(basket=basket), at_us=_shifted(row.happened_us, plan.months, plan.zone))


def _shifted(at_us: int, months: int, zone: str) -> int:
    """The same time of the local day, so many months later; month ends clamp."""
    day = local_day(at_us, zone)
    return day_start_us(add_months(day, months), zone) + at_us - day_start_us(day, zone)


async def _bought(
    reader: Reader, program: Program, members: Sequence[UUID], since_us: int
) -> dict[UUID, list[JournalRow]]:
    """The purchases of members since an instant that were not undone as a whole, in order, each by its member.

    No index leads to them: the journal is read backwards as far as is needed, so many rows at a time.
    """
    until, rows = await crowds.head(reader, program.id), list[JournalRow]()
    while until > 0:
        after = max(0, until - ROWS_A_LOOK)
        found = await journal.of_members(reader, program.id, members, after=after, until=until)
        rows = found + rows
        first = await journal.after(reader, program.id, after, 1)
        if first and first[0].decided_us < since_us:
            break
        until = after
    undone = {reverses(row.command) for row in rows if _undoes(row.change.outcome)}
    bought: dict[UUID, list[JournalRow]] = {}
    for row in sorted(rows, key=lambda row: (row.happened_us, row.number)):
        if isinstance(row.change.outcome, Purchased) and row.happened_us >= since_us and row.id not in undone:
            bought.setdefault(row.member, []).append(row)
    return bought


def _undoes(outcome: Outcome) -> bool:
    """Whether nothing of a purchase is left after it."""
    return isinstance(outcome, Refunded) and (outcome.rest is None or outcome.rest.is_nothing)
