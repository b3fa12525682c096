"""Answers about points given or taken by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Change
from app.repositories.adjustment_requests import AdjustmentRequest
from app.repositories.journal import JournalRow
from app.routers import models_adjustments as models
from app.routers.render import Telling, standing
from app.routers.render_corrections import reversal
from app.routers.wire import instant, instant_or_none, moment, wallet_shown


def adjustment(row: JournalRow, metadata: Mapping[str, str], telling: Telling) -> models.Adjustment:
    """A recorded adjustment."""
    command = row.command
    assert isinstance(command, commands.Adjustment), "the caller looked for an adjustment"
    return models.Adjustment(
        id=typeids.encode("adj", row.id),
        note=metadata.get("note"),
        asked_by=_key(command.actor),
        approved_by=_key(command.approver),
        **given(row.change, command.reason, row.member, telling),
    )


def goodwill(row: JournalRow, telling: Telling) -> models.GoodwillGift:
    """A recorded gift of the staff."""
    command = row.command
    assert isinstance(command, commands.Goodwill), "the caller gave goodwill"
    return models.GoodwillGift(
        id=typeids.encode("gdw", row.id),
        staff=command.staff,
        **given(row.change, command.reason, row.member, telling),
    )


def given(change: Change, reason: str, member: UUID, telling: Telling) -> dict[str, Any]:
    """What was given or taken, recorded or not."""
    adjusted = change.outcome
    assert isinstance(adjusted, facts.Adjusted), "points are given or taken"
    return {
        **standing(change, member, telling),
        "wallet": wallet_shown(adjusted.wallet),
        "points": adjusted.points,
        "reason": reason,
        "lot": adjusted.lot,
    }


def cancellation(row: JournalRow, prefix: str, telling: Telling) -> models.AdjustmentCancellation:
    """An adjustment or a gift taken back; `prefix` is that of what it was."""
    undone, command = row.change.outcome, row.command
    assert isinstance(undone, facts.AdjustmentCancelled), "the caller took an adjustment back"
    assert isinstance(command, commands.AdjustmentCancel), "the caller took an adjustment back"
    return models.AdjustmentCancellation(
        id=typeids.encode("adc", row.id),
        adjustment=typeids.encode(prefix, command.adjustment),
        reversed=reversal(undone.reversed),
        returned=undone.returned,
        **standing(row.change, row.member, telling),
    )


def extension(row: JournalRow, telling: Telling) -> models.Extension:
    """A lot that is good for longer."""
    extended, command = row.change.outcome, row.command
    assert isinstance(extended, facts.Extended), "the caller extended a lot"
    assert isinstance(command, commands.Extension), "the caller extended a lot"
    return models.Extension(
        id=typeids.encode("lex", row.id),
        lot=extended.lot,
        expires_before=instant_or_none(extended.before_us),
        expires_at=instant(extended.expires_us),
        reason=command.reason,
        **standing(row.change, row.member, telling),
    )


def as_asked(found: AdjustmentRequest) -> models.AdjustmentRequest:
    """The first answer to whoever asked for it, however often they ask."""
    return request(replace(found, state="pending", decided_by=None, decided_at=None), None)


def request(found: AdjustmentRequest, adjustment: UUID | None) -> models.AdjustmentRequest:
    """An adjustment that waits for a second person, or what that person made of it."""
    command = found.command
    assert isinstance(command, commands.Adjustment), "only adjustments are asked for"
    return models.AdjustmentRequest(
        id=typeids.encode("adr", found.id),
        state=found.state,
        member=typeids.encode("mbr", found.member),
        wallet=wallet_shown(command.wallet),
        points=command.points,
        reason=command.reason,
        note=found.metadata.get("note"),
        asked_by=typeids.encode("key", found.asked_by),
        decided_by=_key(found.decided_by),
        created_at=moment(found.created_at),
        decided_at=moment(found.decided_at) if found.decided_at is not None else None,
        adjustment=typeids.encode("adj", adjustment) if adjustment is not None else None,
    )


def _key(credential: UUID | None) -> str | None:
    return typeids.encode("key", credential) if credential is not None else None
