"""What a decision needs to see: named before anything is loaded, so that a long history costs nothing."""

from typing import assert_never
from uuid import UUID

from msgspec import Struct

from app.engine.calendar import add_months, local_day
from app.engine.change import Change
from app.engine.commands import (
    Command,
    Enrol,
    LetTimePass,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
)
from app.engine.context import Timeline
from app.engine.movements import Draw
from app.engine.outcomes import Purchased, Redeemed, Rewarded
from app.engine.state import Account, Original


class Needs(Struct, frozen=True, kw_only=True):
    """The slice of one member.

    Lots that are due (and when the next is), lots in spending order until `draw` points are covered, the
    lots named by number, tally days in a half-open range, and the tier moves since an instant.
    """

    due: bool = False
    draw: int = 0
    lots: tuple[int, ...] = ()
    tally_days: tuple[int, int] | None = None
    tier_at_us: int | None = None

    def __or__(self, other: "Needs") -> "Needs":
        """What two decisions need together, one after the other."""
        days = [days for days in (self.tally_days, other.tally_days) if days]
        instants = [us for us in (self.tier_at_us, other.tier_at_us) if us is not None]
        return Needs(
            due=self.due or other.due,
            draw=self.draw + other.draw,
            lots=tuple(sorted({*self.lots, *other.lots})),
            tally_days=(min(d[0] for d in days), max(d[1] for d in days)) if days else None,
            tier_at_us=min(instants, default=None),
        )


def touches(command: Command, fact: UUID) -> tuple[UUID, ...]:
    """The facts outside the account that the decision must see, with what has reversed them so far."""
    match command:
        case Refund(purchase=original):
            return (original,)
        case RedemptionCancel(redemption=original):
            return (original,)
        case ReferralClawback(reward=original):
            return (original,)
        case ReferralReward():
            return (fact,)
        case Enrol() | Purchase() | Redemption() | LetTimePass():
            return ()
        case _:
            assert_never(command)


def reverses(command: Command) -> UUID | None:
    """The fact that this command undoes when it is accepted."""
    match command:
        case Refund(purchase=original):
            return original
        case RedemptionCancel(redemption=original):
            return original
        case ReferralClawback(reward=original):
            return original
        case Enrol() | Purchase() | Redemption() | ReferralReward() | LetTimePass():
            return None
        case _:
            assert_never(command)


def needs(
    command: Command,
    account: Account,
    now_us: int,
    zone: str,
    timeline: Timeline,
    originals: tuple[Original, ...] = (),
) -> Needs:
    """The slice that `decide` will look at for this command on this account at this instant."""
    time = Needs(
        due=account.due_us is not None and account.due_us <= now_us,
        tally_days=_tally_days(account, now_us, zone, timeline),
    )
    match command:
        case Purchase(basket=basket, occurred_us=occurred_us):
            earlier = occurred_us is not None and occurred_us < account.tier_since_us
            return time | Needs(
                draw=sum(tender.points for tender in basket.tenders),
                tier_at_us=occurred_us if earlier else None,
            )
        case Redemption(points=points):
            return time | Needs(draw=points)
        case Refund() | RedemptionCancel() | ReferralClawback():
            for original in originals:
                if original.change is not None:
                    time |= _undoing(original.change)
            return time
        case Enrol() | ReferralReward() | LetTimePass():
            return time
        case _:
            assert_never(command)


def _undoing(change: Change) -> Needs:
    match change.outcome:
        case Purchased() as bought:
            return Needs(
                draw=bought.points + bought.referral_points,
                lots=_numbers(bought.lot, bought.referral_lot, draws=bought.draws),
            )
        case Redeemed(draws=draws):
            return Needs(lots=_numbers(draws=draws))
        case Rewarded(points=points, lot=lot):
            return Needs(draw=points, lots=_numbers(lot))
        case _:
            return Needs()


def _numbers(*lots: int | None, draws: tuple[Draw, ...] = ()) -> tuple[int, ...]:
    return tuple(sorted({*(lot for lot in lots if lot is not None), *(d.lot for d in draws)}))


def _tally_days(account: Account, now_us: int, zone: str, timeline: Timeline) -> tuple[int, int] | None:
    """Every day by which a window may slide until now: under any version, at any review on the way."""
    spans = timeline.window_months
    if not spans:
        return None
    today = local_day(now_us, zone)
    start = today
    if account.review_us is not None and account.review_us <= now_us:
        start = local_day(account.review_us, zone)
    first = min(account.window_day, add_months(start, -max(spans)))
    until = add_months(today, -min(spans))
    if first == account.window_day and until <= max(account.oldest_day, first):
        return None
    return (first, max(until, account.window_day))
