"""Answers about activities."""

from typing import Any
from uuid import UUID

from app.commands.asks import Recorded
from app.engine import typeids
from app.engine.activity import Activity, ActivityCancel
from app.engine.change import Change
from app.engine.given import taken
from app.engine.played import Acted, ActivityCancelled
from app.repositories.journal import JournalRow
from app.routers import models_activities as models
from app.routers.languages import pick
from app.routers.models_answered import AwardedBeside
from app.routers.render import Telling, explained, standing
from app.routers.render_games import goals_moved, prizes_reached, prizes_taken
from app.routers.render_luck import surprises
from app.routers.wire import instant, wallet_shown


def activity(recorded: Recorded, telling: Telling) -> models.Activity:
    """A recorded activity."""
    row = recorded.row
    assert isinstance(row.command, Activity), "the caller looked for an activity"
    kept = recorded.metadata
    return models.Activity(
        id=typeids.encode("act", row.id),
        external_id=row.command.external_id,
        texts={name.removeprefix(models.TEXT): said for name, said in kept.items() if name.startswith(models.TEXT)},
        metadata={name: said for name, said in kept.items() if not name.startswith(models.TEXT)},
        **performed(row.command.kind, row.change, row.member, telling),
    )


def performed(kind: str, change: Change, member: UUID, telling: Telling) -> dict[str, Any]:
    """What an activity does, recorded or not."""
    acted = change.outcome
    assert isinstance(acted, Acted), "activities are judged"
    edition = telling.timeline.editions[acted.rulebook - 1]
    declared = edition.compiled.document.activities
    title = next(pick(each.title, telling.language) for each in declared if each.id == kind)
    return {
        **standing(change, member, telling, acted.warnings),
        "kind": kind,
        "title": title,
        "occurred_at": instant(acted.occurred_us),
        "counted": acted.counted,
        "points": acted.points,
        "granted": [AwardedBeside(wallet=wallet_shown(each.wallet), points=each.points) for each in acted.grants],
        "prizes": prizes_reached(change, edition, telling.timeline, telling.language),
        "progress": goals_moved(acted.played, edition, telling.language),
        "surprises": surprises(acted.surprises, edition, telling.language),
        "rulebook_version": acted.rulebook,
        "explanation": explained(edition.compiled.activities[kind], acted.trace, telling.language),
    }


def cancellation(row: JournalRow, telling: Telling) -> models.ActivityCancellation:
    """An activity that was undone."""
    command, undone = row.command, row.change.outcome
    assert isinstance(command, ActivityCancel), "the caller cancelled an activity"
    assert isinstance(undone, ActivityCancelled), "the caller cancelled an activity"
    return models.ActivityCancellation(
        id=typeids.encode("acc", row.id),
        activity=typeids.encode("act", command.activity),
        points_asked=sum(each.asked for each in undone.grants),
        points_taken=sum(each.collected for each in undone.grants),
        prizes=prizes_taken(taken(row.change, telling.timeline)),
        **standing(row.change, row.member, telling),
    )
