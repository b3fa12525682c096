"""Whom and what a command names: the facts that it is about, the one that it undoes, the accounts that it concerns."""

from uuid import UUID

from app.engine.activity import ActivityCancel
from app.engine.commands import (
    AdjustmentCancel,
    Command,
    Confirm,
    HouseholdJoin,
    MergeOut,
    Move,
    Purchase,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
    TransferOut,
    Void,
)
from app.engine.corrected import Correction
from app.engine.vouchers import VoucherRestore, VoucherUse


def touches(command: Command, fact: UUID) -> tuple[UUID, ...]:
    """The facts outside the account that the decision must see, with what has ended them so far."""
    match command:
        case Purchase(replaces=replaced):
            return () if replaced is None else (replaced,)
        case Confirm(purchase=purchase):
            return (purchase,)
        case ReferralReward():
            return (fact,)
        case _:
            undone = reverses(command)
            return () if undone is None else (undone,)


def reverses(command: Command) -> UUID | None:
    """The fact that this command ends, wholly or in part, when it is accepted."""
    match command:
        case Refund(purchase=original) | Void(purchase=original) | Move(purchase=original):
            return original
        case RedemptionCancel(redemption=original):
            return original
        case ReferralClawback(reward=original):
            return original
        case VoucherUse(voucher=original) | VoucherRestore(voucher=original):
            return original
        case AdjustmentCancel(adjustment=original):
            return original
        case Correction(purchase=original):
            return original
        case ActivityCancel(activity=original):
            return original
        case _:
            return None


def companions(command: Command) -> tuple[UUID, ...]:
    """The other accounts that the same transaction changes."""
    match command:
        case TransferOut(to=other) | Move(to=other):
            return (other,)
        case HouseholdJoin(household=other):
            return (other,)
        case MergeOut(into=other):
            return (other,)
        case _:
            return ()
