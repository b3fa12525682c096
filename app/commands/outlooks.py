"""Who would move to another tier under a rulebook: all members, slice by slice."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.trial import context_at
from app.engine.calendar import DAY_MAX
from app.engine.commands import Purchase
from app.engine.context import Context, Timeline
from app.engine.facts import Basket
from app.engine.needs import needs
from app.engine.outlook import Places, outlook, places
from app.engine.state import State
from app.engine.wanted import Needs
from app.repositories import crowds, ledger
from app.repositories.database import Database, Reader
from app.repositories.programs import Program
from app.repositories.slices import load_states

SLICE: Final = 250
PORTION: Final = 20_000
TALLIES: Final = Needs(tally_days=(0, DAY_MAX), ever=True, tier_at_us=0)


class Move(Struct, frozen=True, order=True):
    """From where to where in a set of tiers ("": the main one); `falls` at a review."""

    set: str
    source: str
    target: str
    falls: bool


class Moves(Struct, frozen=True, kw_only=True):
    """How many members would move, how many of them under the live rulebook as well, and some of them."""

    members: int
    moves: Counter[Move]
    anyway: Counter[Move]
    examples: dict[Move, list[UUID]]
    last: UUID | None
    has_more: bool


async def moves(
    database: Database, program: Program, live: Timeline, tried: Timeline, *, after: UUID | None, examples: int
) -> Moves:
    """Look at the next portion of the members, slice by slice, each as it is at that moment."""
    found = Moves(members=0, moves=Counter(), anyway=Counter(), examples={}, last=after, has_more=True)
    while found.has_more and found.members < PORTION:
        async with database.reading() as reader:
            members = await crowds.after(reader, program.id, found.last, limit=SLICE)
            now_us, _ = await ledger.now(reader, program.id)
            contexts = [context_at(program, timeline, now_us) for timeline in (live, tried)]
            loaded = await tallied(reader, program, members, contexts[1])
        await asyncio.to_thread(_look, found, loaded, contexts[0], contexts[1], examples)
        found = replace(
            found,
            members=found.members + len(members),
            last=members[-1] if members else found.last,
            has_more=len(members) == SLICE,
        )
    return found


async def tallied(reader: Reader, program: Program, members: Sequence[UUID], context: Context) -> list[State]:
    """What the tiers of these members look at."""
    glances = await ledger.glance(reader, program.id, members)
    accounts = {member: glance.account for member, glance in glances.items()}
    # What a purchase looks at is what promotes.
    visit = Purchase(basket=Basket(currency=program.currency, lines=()))
    wanted = {
        member: needs(visit, account, context.now_us, program.zone, context.timeline) | TALLIES
        for member, account in accounts.items()
    }
    return list((await load_states(reader, program.id, accounts, wanted, context.now_us, originals={})).values())


def _look(found: Moves, loaded: Iterable[State], live: Context, tried: Context, examples: int) -> None:
    for state in loaded:
        now_us = max(live.now_us, state.account.now_us)
        context, usual = replace(tried, now_us=now_us), replace(live, now_us=now_us)
        today = places(state, usual)
        planned = moved(today, *outlook(state, context))
        if not planned:
            continue
        anyway = moved(today, *outlook(state, usual))
        for move in planned:
            found.moves[move] += 1
            found.anyway[move] += move in anyway
            shown = found.examples.setdefault(move, [])
            if len(shown) < examples:
                shown.append(state.account.member)


def moved(today: Places, risen: Places, fallen: Places) -> set[Move]:
    """From where a member stands today to where they would be found: up with a purchase, or else down at a review."""
    found = set()
    for name, tier in risen.items():
        source, after = today.get(name), fallen[name]
        if tier != source:
            found.add(Move(name, source or "", tier or "", False))  # noqa: FBT003 - a struct of four
        elif after != tier:
            found.add(Move(name, source or "", after or "", True))  # noqa: FBT003 - a struct of four
    return found
