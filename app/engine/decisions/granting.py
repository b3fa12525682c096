"""Tiers given by hand: a floor until its end date, after which the member stands where they stand by themselves."""

from app.engine.change import Change
from app.engine.climbing import give
from app.engine.commands import TierGrant, TierGrantEnd
from app.engine.context import Context
from app.engine.floors import Floor, floor_at
from app.engine.ledger.draft import Draft
from app.engine.outcomes import TierGiven
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.rulebook.ladders import Ladder


def grant(command: TierGrant, draft: Draft, context: Context) -> Change | Refusal:
    """Let a tier be a floor. It replaces what was given before in its set.

    Refuses with no_rulebook, unknown_tier_set, unknown_tier, ends_too_soon.
    """
    ladder = _ladder(command.ladder, context)
    if isinstance(ladder, Refusal):
        return ladder
    reasons = []
    # Nobody needs to be given the base level, on which everybody stands.
    if ladder.rank(command.tier) == 0:
        reasons.append(Reason(code="unknown_tier", pointer="/tier"))
    if command.until_us is not None and command.until_us <= context.now_us:
        reasons.append(Reason(code="ends_too_soon", pointer="/until"))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    give(draft, ladder, context, Floor(ladder.rank(command.tier), command.until_us))
    return draft.finish(TierGiven(tier=command.tier, until_us=command.until_us, ladder=command.ladder))


def end(command: TierGrantEnd, draft: Draft, context: Context) -> Change | Refusal:
    """End what was given by hand. Refuses with no_rulebook, unknown_tier_set, nothing_granted."""
    ladder = _ladder(command.ladder, context)
    if isinstance(ladder, Refusal):
        return ladder
    floor = floor_at(draft.standing, ladder, context.now_us)
    if not floor.rank:
        return refuse("nothing_granted")
    give(draft, ladder, context, Floor(0, None))
    return draft.finish(TierGiven(tier=None, ladder=command.ladder))


def _ladder(name: str, context: Context) -> Ladder | Refusal:
    """A set of tiers of the rulebook in force."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    return edition.compiled.ladder(name) or refuse("unknown_tier_set", "/set")
