"""The credits of a purchase: what it granted, what corrections added, and what of them the rest still earns."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.engine.context import Context
from app.engine.decisions.resting import facts_left, facts_then
from app.engine.facts import AwardGrant, Basket
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Purchased
from app.engine.refusals import Refusal, refuse
from app.engine.remains import Rest, RestLine, is_nothing
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.rest import earn_rest
from app.engine.rulebook.rooms import Room
from app.engine.state import Original


class Credit(Struct, frozen=True, kw_only=True):
    """Points that a purchase has brought, in a lot of the account of `member` (None: of whose fact it is)."""

    wallet: str
    lot: int | None
    points: int
    member: UUID | None = None


def credits_of(bought: Purchased, rest: Rest) -> tuple[Credit, ...]:
    """In the order in which they are counted: the first lot, the grants, what corrections added."""
    return (
        Credit(wallet="", lot=bought.lot, points=bought.points),
        *(Credit(wallet=grant.wallet, lot=grant.lot, points=grant.points) for grant in bought.grants),
        *(Credit(wallet=each.wallet, lot=each.lot, points=each.points, member=each.member) for each in rest.added),
    )


def lot_now(draft: Draft, original: Original, credit: Credit) -> int | None:
    """The lot of this account that a credit is in: its own, or the continuation of one that was merged."""
    if credit.lot is None:
        return None
    own = draft.account.member
    whose = original.member if credit.member is None else None if credit.member == own else credit.member
    return credit.lot + draft.account.shift(whose)


def earned_by(
    version: int, bought: Purchased, basket: Basket, lines: tuple[RestLine, ...], paid_minor: int, context: Context
) -> dict[str, int] | Refusal:
    """What these lines earn in each wallet by a version, on what was recorded of the purchase.

    Refuses with facts_not_recorded where the version looks at something that the one that judged it did not.
    """
    if is_nothing(lines):
        return {}
    compiled = context.timeline.edition(version).compiled
    then = facts_then(bought, basket, context)
    readings = readings_again(context.timeline.edition(bought.rulebook).compiled, compiled, then.readings)
    if readings is None:
        return refuse("facts_not_recorded")
    facts = replace(then, readings=readings)
    left = replace(facts_left(bought, basket, lines, paid_minor, context), readings=readings)
    award = earn_rest(compiled, facts, left, evaluate(compiled, facts).trace)
    return by_wallet(award.grants)


def readings_again(judged: Compiled, wanted: Compiled, recorded: tuple[int, ...]) -> tuple[int, ...] | None:
    """What the gauges and limits of another version would have read, as far as it was recorded; else None.

    A limit that is another number leaves so much more, or less, of what was left.
    """
    gauges, rooms = judged.asking.gauges, judged.rooms
    known = dict(zip(gauges, recorded, strict=False))
    left = {_limit(room): (room.most, rest) for room, rest in zip(rooms, recorded[len(gauges) :], strict=False)}
    found: list[int] = []
    for gauge in wanted.asking.gauges:
        if gauge not in known:
            return None
        found.append(known[gauge])
    for room in wanted.rooms:
        if _limit(room) not in left:
            return None
        most, rest = left[_limit(room)]
        found.append(max(0, rest + room.most - most))
    return tuple(found)


def _limit(room: Room) -> tuple[object, ...]:
    """What makes a limit the same as one of another version, whatever its number."""
    return (room.name, room.of, room.per, room.first_day, room.past_day)


def by_wallet(grants: tuple[AwardGrant, ...]) -> dict[str, int]:
    """The points of each wallet."""
    found: dict[str, int] = {}
    for grant in grants:
        found[grant.wallet] = found.get(grant.wallet, 0) + grant.points
    return found


def shared_out(brought: tuple[Credit, ...], earned: Mapping[str, int]) -> tuple[int, ...]:
    """What each credit keeps of what its wallet earns: the first as much as it has, then the next."""
    left, kept = dict(earned), []
    for credit in brought:
        points = min(credit.points, max(0, left.get(credit.wallet, 0)))
        left[credit.wallet] = left.get(credit.wallet, 0) - points
        kept.append(points)
    return tuple(kept)
