"""Households: joining and leaving a shared wallet. What is in it stays in it."""

from app.engine.change import Change
from app.engine.commands import HouseholdJoin, HouseholdLeave
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Joined, Left
from app.engine.refusals import Reason, Refusal, refuse


def join(command: HouseholdJoin, draft: Draft) -> Change | Refusal:
    """Share the main wallet from now on; what is free in it is brought along.

    Refuses with already_in_a_household, same_member, and member_blocked: whoever is blocked passes on no points.
    """
    account = draft.account
    reasons = []
    if account.household is not None:
        numbers = (("household", str(account.household)),)
        reasons.append(Reason(code="already_in_a_household", numbers=numbers))
    if command.household == account.member:
        reasons.append(Reason(code="same_member", pointer="/household"))
    if account.blocked:
        reasons.append(Reason(code="member_blocked"))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    return draft.finish(Joined(household=command.household))


def leave(command: HouseholdLeave, draft: Draft) -> Change | Refusal:
    """Share no wallet any more. Refuses with in_no_household, also whoever shares that of another household."""
    household = draft.account.household
    if household is None or command.household not in {None, household}:
        return refuse("in_no_household")
    return draft.finish(Left(household=household))
