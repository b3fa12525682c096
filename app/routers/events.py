"""The feed of a programme: its journal, in order, for whoever has to hear of everything once."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.engine import typeids
from app.engine.context import Timeline
from app.repositories import journal
from app.repositories.journal import JournalRow
from app.repositories.recording import kind_of
from app.routers import asking, auth, models_events, queries, render_tiers
from app.routers.handles import handles
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.render import PREFIXES
from app.routers.wire import instant, wallet_shown

router = APIRouter(route_class=Plain)
TAG: Final = "Events"
NUMBER_MAX: Final = 2**53
AFTER: Final = {
    "name": "after",
    "in": "query",
    "required": False,
    "description": "The number of the last event that was seen; absent: from the first.",
    "schema": {"type": "integer", "format": "int64", "minimum": 0, "maximum": NUMBER_MAX, "default": 0},
    "example": 4711,
}


@router.get(
    "/v1/events",
    **operation(
        "list_events",
        TAG,
        "What was recorded, in order",
        models_events.EventList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=(AFTER, PAGING[0]),
    ),
)
async def list_events(request: Request) -> Response:
    """Purchases, expiries, tiers, notices: every row of the journal, numbered without gap in the order of commits.

    Keep the last number that was handled and ask for what comes after it; a row never changes.
    """
    caller = await auth.caller(request, auth.MANAGER)
    limit = asking.page(request).limit
    after = queries.whole(request, "after", 0, NUMBER_MAX, minimum=0)
    async with handles(request).database.glancing() as reader:
        rows = await journal.after(reader, caller.program.id, after, limit + 1)
    timeline = Timeline()
    if any(notice.tier for row in rows for notice in row.change.notices):
        timeline = await handles(request).reading.timeline(caller.program, max(row.rulebooks_known for row in rows))
    data = [_event(row, timeline.known(row.rulebooks_known)) for row in rows[:limit]]
    last = data[-1].number if data else after
    return answered(models_events.EventList(data=data, has_more=len(rows) > limit, last_number=last))


def _event(row: JournalRow, timeline: Timeline) -> models_events.Event:
    kind, change = kind_of(row.command), row.change
    return models_events.Event(
        number=row.number,
        fact=typeids.encode(PREFIXES[kind], row.id),
        type=TYPES[kind],
        member=typeids.encode("mbr", row.member),
        happened_at=instant(row.happened_us),
        decided_at=instant(row.decided_us),
        entries=[
            models_events.EventEntry(
                wallet=wallet_shown(entry.wallet),
                kind=entry.kind,
                points=entry.points,
                balance_after=entry.balance_after,
                effective_at=instant(entry.effective_us),
            )
            for entry in change.entries
        ],
        tiers=[
            models_events.EventTier(level=move.tier, set=move.ladder, reason=move.reason, at=instant(move.at_us))
            for move in change.tier_moves
        ],
        notices=[
            models_events.EventNotice(
                kind=notice.kind,
                wallet=wallet_shown(notice.wallet) if notice.kind == "expiring_soon" else None,
                points=notice.points if notice.kind == "expiring_soon" else None,
                tier=render_tiers.at_risk(notice, timeline.in_force(notice.at_us)) if notice.tier else None,
                at=instant(notice.at_us),
                on=instant(notice.on_us),
            )
            for notice in change.notices
        ],
    )


# What callers call the commands, by the number under which the journal files them.
TYPES: Final = {
    1: "enrolment",
    2: "purchase",
    3: "refund",
    4: "redemption",
    5: "redemption_cancellation",
    6: "referral_reward",
    7: "referral_clawback",
    8: "time",
    9: "void",
    10: "move",
    11: "confirmation",
    12: "hold",
    13: "hold_extension",
    14: "capture",
    15: "hold_release",
    16: "reward",
    17: "voucher_use",
    18: "adjustment",
    19: "goodwill",
    20: "adjustment_cancellation",
    21: "transfer_out",
    22: "transfer_in",
    23: "household_join",
    24: "household_leave",
    25: "merge_out",
    26: "merge_in",
    27: "block",
    28: "unblock",
    29: "lot_extension",
    30: "voucher_restore",
    40: "tier_grant",
    41: "tier_grant_end",
    50: "activity",
    51: "activity_cancellation",
    60: "introduction",
    70: "correction",
    80: "birthday",
}
