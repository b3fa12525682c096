"""Cards: block one that was lost, replace it by another, or unblock it when it is found.

A blocked card stays on record: who shows it is told so.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.commands.personal import Refused, locked
from app.commands.requests import Request, claim, made_before
from app.repositories import members, people, programs
from app.repositories.database import Database, Writer
from app.repositories.people import Card
from app.repositories.programs import Program


class Held(Struct, frozen=True, kw_only=True):
    """A member's cards after the request, or as they are now if the same request came before (`replayed`)."""

    cards: Sequence[Card]
    replayed: bool


async def held(database: Database, program: Program, member: UUID) -> Sequence[Card]:
    """A member's cards."""
    async with database.glancing() as reader:
        return await people.cards(reader, program.id, await members.heir(reader, program.id, member))


async def block(
    database: Database, program: Program, member: UUID, request: Request, *, card: str, reason: str, by: str | None
) -> Held | None:
    """The card leads to nobody any more, and the card `by`, if there is one, leads to its member instead.

    None if there is no such member. Raises KeyReused, Refused and Conflicted.
    """
    async with database.transaction() as writer:
        found = await locked(writer, program, member, request)
        if found is None:
            return None
        profile, keyed = found
        before = await made_before(writer, keyed)
        if before is None:
            now = await programs.clock(writer)
            await _block(writer, program, profile.id, card=card, reason=reason, by=by, now=now)
            await claim(writer, keyed, str(profile.id), now)
        return Held(cards=await people.cards(writer, program.id, profile.id), replayed=before is not None)


async def unblock(database: Database, program: Program, member: UUID, request: Request, *, card: str) -> Held | None:
    """The card leads to its member again; one that was not blocked always did.

    None if there is no such member. Raises KeyReused, Refused and Conflicted.
    """
    async with database.transaction() as writer:
        found = await locked(writer, program, member, request)
        if found is None:
            return None
        profile, keyed = found
        before = await made_before(writer, keyed)
        if before is None:
            theirs = {each.value: each for each in await people.cards(writer, program.id, profile.id)}
            if card not in theirs:
                raise Refused("card_not_found")
            if theirs[card].replaced_by is not None:
                raise Refused("card_replaced")
            await people.unblock_card(writer, program.id, card)
            await claim(writer, keyed, str(profile.id), await programs.clock(writer))
        return Held(cards=await people.cards(writer, program.id, profile.id), replayed=before is not None)


async def _block(
    writer: Writer, program: Program, member: UUID, *, card: str, reason: str, by: str | None, now: datetime
) -> None:
    theirs = {each.value: each for each in await people.cards(writer, program.id, member)}
    if card not in theirs:
        raise Refused("card_not_found")
    if by is not None:
        if theirs[card].replaced_by is not None:
            raise Refused("card_replaced")
        if by == card:
            raise Refused("identifier_taken")
        await add(writer, program, member, by)
    replaced_by = by or theirs[card].replaced_by
    await people.block_card(writer, program.id, card, at=now, reason=reason, replaced_by=replaced_by)


async def add(writer: Writer, program: Program, member: UUID, card: str) -> None:
    """Let a card lead to this member, if it does not yet. Raises Refused when it is blocked or somebody else's."""
    identifier = members.card(card)
    if await members.identify(writer, program.id, member, identifier):
        return
    lead = (await members.identified(writer, program.id, [identifier])).get(identifier)
    if lead is None or lead.member != member:
        raise Refused("identifier_taken")
    if lead.is_blocked:
        raise Refused("card_blocked")
