"""Answers about holds."""

from typing import Any
from uuid import UUID

from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Change
from app.repositories.journal import JournalRow
from app.routers import models_holds as models
from app.routers.render import Telling, standing
from app.routers.wire import Money, instant, wallet_shown


def hold(row: JournalRow, telling: Telling) -> models.Hold:
    """A hold as it was placed."""
    return models.Hold(id=typeids.encode("hld", row.id), **held(row.change, row.member, telling))


def hold_now(row: JournalRow, telling: Telling, state: str) -> models.HoldNow:
    """A hold as it was placed, and what has become of it."""
    return models.HoldNow(id=typeids.encode("hld", row.id), state=state, **held(row.change, row.member, telling))


def held(change: Change, member: UUID, telling: Telling) -> dict[str, Any]:
    """What was set aside."""
    kept = change.outcome
    assert isinstance(kept, facts.Held), "the caller looked for a hold"
    return {
        **standing(change, member, telling),
        "wallet": wallet_shown(kept.wallet),
        "points": kept.points,
        "value": Money(amount=kept.value_minor, currency=telling.currency),
        "until": instant(kept.until_us),
        "life_until": instant(kept.life_until_us),
        "rulebook_version": kept.rulebook,
    }


def extension(row: JournalRow, telling: Telling) -> models.HoldExtension:
    """A hold that lasts longer."""
    longer, command = row.change.outcome, row.command
    assert isinstance(longer, facts.HeldLonger), "the caller asked for an extension"
    assert isinstance(command, commands.HoldExtend), "the caller asked for an extension"
    return models.HoldExtension(
        id=typeids.encode("hlx", row.id),
        hold=typeids.encode("hld", command.hold),
        until=instant(longer.until_us),
        **standing(row.change, row.member, telling),
    )


def release(row: JournalRow, telling: Telling) -> models.HoldRelease:
    """A hold that was let go."""
    released, command = row.change.outcome, row.command
    assert isinstance(released, facts.Released), "the caller asked for a release"
    assert isinstance(command, commands.HoldRelease), "the caller asked for a release"
    return models.HoldRelease(
        id=typeids.encode("hlr", row.id),
        hold=typeids.encode("hld", command.hold),
        points=released.points,
        **standing(row.change, row.member, telling),
    )
