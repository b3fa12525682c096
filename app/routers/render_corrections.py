"""Answers about refunds, voids, moves and confirmations."""

from typing import Any
from uuid import UUID

from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.given import taken
from app.engine.remains import Rest, Reversed
from app.repositories.journal import JournalRow
from app.routers import models_answered
from app.routers import models_corrections as models
from app.routers.render import Telling, paid, standing
from app.routers.render_games import prizes_taken
from app.routers.wire import Money, quantity


def refund(row: JournalRow, telling: Telling) -> models.Refund:
    """A recorded refund."""
    command = row.command
    assert isinstance(command, commands.Refund), "the caller looked for a refund"
    return models.Refund(
        id=typeids.encode("rfd", row.id),
        external_id=command.external_id,
        **plan(row.change, command.purchase, row.member, telling),
    )


def void(row: JournalRow, telling: Telling) -> models.Void:
    """A recorded void."""
    command = row.command
    assert isinstance(command, commands.Void), "the caller asked for a void"
    return models.Void(id=typeids.encode("vod", row.id), **plan(row.change, command.purchase, row.member, telling))


def move(row: JournalRow, replacement: UUID, telling: Telling) -> models.Move:
    """A recorded move; `replacement` is the purchase as it was decided again."""
    command = row.command
    assert isinstance(command, commands.Move), "the caller asked for a move"
    return models.Move(
        id=typeids.encode("mov", row.id),
        moved_to=typeids.encode("mbr", command.to),
        replacement=typeids.encode("pur", replacement),
        **plan(row.change, command.purchase, row.member, telling),
    )


def confirmation(row: JournalRow, telling: Telling) -> models.Confirmation:
    """A recorded confirmation."""
    confirmed, command = row.change.outcome, row.command
    assert isinstance(confirmed, facts.Confirmed), "the caller asked for a confirmation"
    assert isinstance(command, commands.Confirm), "the caller asked for a confirmation"
    return models.Confirmation(
        id=typeids.encode("cnf", row.id),
        purchase=typeids.encode("pur", command.purchase),
        points=confirmed.points,
        **standing(row.change, row.member, telling),
    )


def plan(change: Change, purchase: UUID, member: UUID, telling: Telling) -> dict[str, Any]:
    """What a refund takes and gives, recorded or not."""
    undone = change.outcome
    assert isinstance(undone, facts.Refunded), "the caller looked for a refund"
    return {
        **standing(change, member, telling),
        "purchase": typeids.encode("pur", purchase),
        "amount": Money(amount=undone.amount_minor, currency=telling.currency),
        "award": reversal(undone.award),
        "other_awards": [reversal(taken) for taken in undone.grants],
        "referral": reversal(undone.referral),
        "prizes_taken": prizes_taken(taken(change, telling.timeline)),
        "returned": paid(undone.returned, undone.returned_minor, telling),
        "remaining": _remaining(undone.rest),
    }


def reversal(taken: Reversed) -> models_answered.Reversal:
    """Points asked back, and where they came from."""
    return models_answered.Reversal(
        asked=taken.asked,
        from_lot=taken.from_lot,
        from_others=taken.from_others,
        from_debt=taken.from_debt,
        expired=taken.expired,
        uncollected=taken.uncollected,
    )


def _remaining(rest: Rest | None) -> list[models.Remaining]:
    """Line by line; nothing where the first release undid the whole."""
    if rest is None:
        return []
    return [
        models.Remaining(line=place, quantity=quantity(line.quantity_micro), amount=line.amount_minor)
        for place, line in enumerate(rest.lines)
    ]
