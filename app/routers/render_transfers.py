"""Answers about points that pass between members."""

from typing import Any
from uuid import UUID

from app.commands.households import Household
from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Change
from app.repositories.journal import JournalRow
from app.routers import models_transfers as models
from app.routers.render import Telling, standing
from app.routers.wire import wallet_shown


def transfer(row: JournalRow, telling: Telling) -> models.Transfer:
    """A recorded transfer, from the side of who gave."""
    command = row.command
    assert isinstance(command, commands.TransferOut), "the caller looked for a transfer"
    return models.Transfer(id=typeids.encode("trf", row.id), **sent(row.change, command.reason, row.member, telling))


def sent(change: Change, kind: str, member: UUID, telling: Telling) -> dict[str, Any]:
    """What left, recorded or not."""
    gone = change.outcome
    assert isinstance(gone, facts.Sent), "the caller looked for a transfer"
    return {
        **standing(change, member, telling),
        "kind": kind,
        "to": typeids.encode("mbr", gone.to),
        "wallet": wallet_shown(gone.wallet),
        "points": gone.points,
        "lots": [parcel.points for parcel in gone.parcels],
    }


def membership(row: JournalRow, telling: Telling) -> models.HouseholdMembership:
    """Somebody joined or left."""
    outcome = row.change.outcome
    assert isinstance(outcome, facts.Joined | facts.Left), "the caller looked for a membership"
    joined = isinstance(outcome, facts.Joined)
    return models.HouseholdMembership(
        id=typeids.encode("hhj" if joined else "hhl", row.id),
        household=typeids.encode("mbr", outcome.household),
        shares=joined,
        **standing(row.change, row.member, telling),
    )


def household(found: Household) -> models.Household:
    """A shared wallet."""
    return models.Household(
        id=typeids.encode("mbr", found.id),
        members=[typeids.encode("mbr", member) for member in found.members],
        points=found.points,
    )
