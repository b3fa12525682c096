"""decide(command, state, context) -> Change | Refusal: the only judgement in Rung. Pure and total."""

from typing import Final, assert_never

from msgspec.structs import replace

from app.engine.activity import Activity, ActivityCancel
from app.engine.birthdays import TellBirthday
from app.engine.change import Change
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Block,
    Capture,
    Command,
    Confirm,
    Enrol,
    Extension,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    Introduce,
    LetTimePass,
    MergeIn,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
    RewardRedemption,
    TierGrant,
    TierGrantEnd,
    TransferIn,
    TransferOut,
    Unblock,
    Void,
)
from app.engine.context import Context
from app.engine.corrected import Correction
from app.engine.decisions.acting import act, undo
from app.engine.decisions.adjustment import adjust, cancel_adjustment, extend_lot, goodwill
from app.engine.decisions.blocking import block, unblock
from app.engine.decisions.confirm import confirm
from app.engine.decisions.correction import correct
from app.engine.decisions.enrolment import enrol
from app.engine.decisions.granting import end, grant
from app.engine.decisions.holding import capture, extend, place, release
from app.engine.decisions.household import join, leave
from app.engine.decisions.merge import hand_over, take_over
from app.engine.decisions.purchase import purchase
from app.engine.decisions.redemption import cancel, redeem
from app.engine.decisions.referral import claw_back, introduce, reward
from app.engine.decisions.refund import move, refund, void
from app.engine.decisions.rewards import change_voucher, take
from app.engine.decisions.telling import tell
from app.engine.decisions.transfer import receive, send
from app.engine.heights import climbs
from app.engine.ledger.draft import Draft
from app.engine.outcomes import TimePassed
from app.engine.refusals import Refusal, refuse
from app.engine.settle import settle
from app.engine.state import Account, State
from app.engine.vouchers import VoucherRestore, VoucherUse

# What may come before the account is open, and after it was closed: time, and effects, which cannot be refused.
UNCONDITIONAL: Final = (Enrol, LetTimePass, ReferralReward, ReferralClawback)
# What a blocked member cannot do, and need not hear.
NOT_WHEN_BLOCKED: Final = (
    Purchase,
    Activity,
    Redemption,
    HoldPlace,
    Capture,
    RewardRedemption,
    VoucherUse,
    Goodwill,
    TellBirthday,
)
EXPIRING: Final = (
    Purchase,
    Activity,
    Refund,
    Redemption,
    HoldPlace,
    Capture,
    RewardRedemption,
    VoucherUse,
    Goodwill,
    TransferOut,
)


def decide(command: Command, state: State, context: Context) -> Change | Refusal:
    """Let time pass until now, then answer the command.

    Reads nothing but its arguments, and the same arguments give the same answer. `context.now_us` must
    not lie before `state.account.now_us`.
    """
    draft = Draft(state, context)
    settle(draft, context)
    refusal = _closed(command, state.account) or _too_late(command, context)
    if refusal is not None:
        return refusal
    answer = _answer(command, state, draft, context)
    edition = context.timeline.in_force(context.now_us)
    if edition is None or not edition.compiled.is_climbing or isinstance(answer, Refusal):
        return answer
    # What time alone changes is nobody's answer, and looks at no window that need not be looked at.
    return answer if isinstance(command, LetTimePass) else replace(answer, climbs=tuple(climbs(draft, context)))


def _answer(command: Command, state: State, draft: Draft, context: Context) -> Change | Refusal:
    match command:
        case Enrol():
            return enrol(command, draft, context)
        case Purchase():
            return purchase(command, draft, context)
        case LetTimePass():
            return draft.finish(TimePassed())
        case ReferralReward():
            return reward(command, state.original(context.fact), draft, context)
        case Introduce():
            return introduce(command, draft, context)
        case Activity() | ActivityCancel():
            return _acting(command, state, draft, context)
        case (
            Refund()
            | Void()
            | Move()
            | Confirm()
            | RedemptionCancel()
            | ReferralClawback()
            | VoucherUse()
            | VoucherRestore()
            | AdjustmentCancel()
            | Correction()
        ):
            return _about(command, state, draft, context)
        case Redemption() | HoldPlace() | HoldExtend() | Capture() | HoldRelease() | RewardRedemption():
            return _spending(command, draft, context)
        case Adjustment() | Goodwill() | Extension() | TierGrant() | TierGrantEnd():
            return _giving(command, draft, context)
        case _:
            return _keeping(command, draft, context)


def _acting(command: Activity | ActivityCancel, state: State, draft: Draft, context: Context) -> Change | Refusal:
    """What members do besides buying."""
    if isinstance(command, Activity):
        return act(command, draft, context)
    return undo(state.original(command.activity), draft, context)


def _about(
    command: Refund
    | Void
    | Move
    | Confirm
    | RedemptionCancel
    | ReferralClawback
    | VoucherUse
    | VoucherRestore
    | AdjustmentCancel
    | Correction,
    state: State,
    draft: Draft,
    context: Context,
) -> Change | Refusal:
    """Commands about a fact on record."""
    match command:
        case Refund(purchase=fact):
            return refund(command, state.original(fact), draft, context)
        case Void(purchase=fact):
            return void(state.original(fact), draft, context)
        case Move(purchase=fact):
            return move(command, state.original(fact), draft, context)
        case Confirm(purchase=fact):
            return confirm(state.original(fact), draft, context)
        case RedemptionCancel(redemption=fact):
            return cancel(state.original(fact), draft, context)
        case ReferralClawback(reward=fact):
            return claw_back(state.original(fact), draft, context)
        case VoucherUse(voucher=fact) | VoucherRestore(voucher=fact):
            return change_voucher(command, state.original(fact), draft, context)
        case AdjustmentCancel(adjustment=fact):
            return cancel_adjustment(state.original(fact), draft, context)
        case Correction(purchase=fact):
            return correct(command, state.original(fact), draft, context)
        case _:
            assert_never(command)


def _spending(
    command: Redemption | HoldPlace | HoldExtend | Capture | HoldRelease | RewardRedemption,
    draft: Draft,
    context: Context,
) -> Change | Refusal:
    """Commands that redeem points or set them aside."""
    match command:
        case Redemption():
            return redeem(command, draft, context)
        case HoldPlace():
            return place(command, draft, context)
        case HoldExtend():
            return extend(command, draft, context)
        case Capture():
            return capture(command, draft, context)
        case HoldRelease():
            return release(command, draft, context)
        case RewardRedemption():
            return take(command, draft, context)
        case _:
            assert_never(command)


def _giving(
    command: Adjustment | Goodwill | Extension | TierGrant | TierGrantEnd, draft: Draft, context: Context
) -> Change | Refusal:
    """Commands by which people correct and please."""
    match command:
        case Adjustment():
            return adjust(command, draft, context)
        case Goodwill():
            return goodwill(command, draft, context)
        case Extension():
            return extend_lot(command, draft, context)
        case TierGrant():
            return grant(command, draft, context)
        case TierGrantEnd():
            return end(command, draft, context)
        case _:
            assert_never(command)


def _keeping(
    command: TransferOut
    | TransferIn
    | HouseholdJoin
    | HouseholdLeave
    | MergeOut
    | MergeIn
    | Block
    | Unblock
    | TellBirthday,
    draft: Draft,
    context: Context,
) -> Change | Refusal:
    """Commands that pass points between accounts, or close, open and join them; and word that changes nothing."""
    match command:
        case TransferOut():
            return send(command, draft, context)
        case TransferIn():
            return receive(command, draft, context)
        case HouseholdJoin():
            return join(command, draft)
        case HouseholdLeave():
            return leave(command, draft)
        case MergeOut():
            return hand_over(command, draft, context)
        case MergeIn():
            return take_over(command, draft, context)
        case Block():
            return block(draft)
        case Unblock():
            return unblock(draft)
        case TellBirthday():
            return tell(command, draft, context)
        case _:
            assert_never(command)


def _closed(command: Command, account: Account) -> Refusal | None:
    """Whether the account takes this command at all."""
    if isinstance(command, UNCONDITIONAL):
        return None
    if account.enrolled_us is None:
        return refuse("not_enrolled")
    if account.merged_into is not None:
        return refuse("member_merged", into=str(account.merged_into))
    if account.blocked and isinstance(command, NOT_WHEN_BLOCKED):
        return refuse("member_blocked")
    return None


def _too_late(command: Command, context: Context) -> Refusal | None:
    """A till that would not wait any longer does not want it any more."""
    if isinstance(command, EXPIRING) and command.not_after_us is not None and command.not_after_us < context.now_us:
        return refuse("too_late", "/not_after")
    return None
