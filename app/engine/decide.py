"""decide(command, state, context) -> Change | Refusal: the only judgement in Rung. Pure and total."""

from typing import Final, assert_never

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
from app.engine.context import Context
from app.engine.decisions.enrolment import enrol
from app.engine.decisions.purchase import purchase
from app.engine.decisions.redemption import cancel, redeem
from app.engine.decisions.referral import claw_back, reward
from app.engine.decisions.refund import refund
from app.engine.ledger.draft import Draft
from app.engine.outcomes import TimePassed
from app.engine.refusals import Refusal, refuse
from app.engine.settle import settle
from app.engine.state import State

# What may come before the account is open: enrolment itself, time, and effects, which cannot be refused.
UNCONDITIONAL: Final = (Enrol, LetTimePass, ReferralReward, ReferralClawback)


def decide(command: Command, state: State, context: Context) -> Change | Refusal:
    """Let time pass until now, then answer the command.

    Reads nothing but its arguments, and the same arguments give the same answer. `context.now_us` must
    not lie before `state.account.now_us`.
    """
    draft = Draft(state, context.now_us)
    settle(draft, context)
    if state.account.enrolled_us is None and not isinstance(command, UNCONDITIONAL):
        return refuse("not_enrolled")
    match command:
        case Enrol():
            return enrol(command, draft, context)
        case Purchase():
            return purchase(command, draft, context)
        case Refund(purchase=fact):
            return refund(state.original(fact), draft, context)
        case Redemption():
            return redeem(command, draft, context)
        case RedemptionCancel(redemption=fact):
            return cancel(state.original(fact), draft, context)
        case ReferralReward():
            return reward(command, state.original(context.fact), draft, context)
        case ReferralClawback(reward=fact):
            return claw_back(state.original(fact), draft, context)
        case LetTimePass():
            return draft.finish(TimePassed())
        case _:
            assert_never(command)
