"""Word that is given to members ahead of what they may still change: a tier at risk, a visit that is overdue."""

from app.engine.calendar import day_start_us
from app.engine.climbing import under_review, verdict
from app.engine.context import Context
from app.engine.ids import is_derived
from app.engine.ledger.draft import Draft
from app.engine.ledger.words import at_risk_us, last_visit, overdue_us
from app.engine.movements import Notice


def warn(draft: Draft, context: Context, at_us: int) -> None:
    """Give word of what falls due at this very instant. Nobody hears of anything on a blocked account.

    A version in force at the instant that gives no such word any more gives none.
    """
    edition = context.timeline.in_force(at_us)
    if edition is None or not edition.compiled.gives_word or draft.account.blocked or is_derived(draft.account.member):
        return
    for ladder, rung in draft.standing.rungs():
        if at_risk_us(ladder, rung, context) == at_us:
            _warn_of_tier(draft, context, ladder, at_us)
    day = last_visit(draft.standing)
    if day is not None and edition.compiled.document.visit_overdue_days and overdue_us(day, context) == at_us:
        on_us = day_start_us(day, context.zone)
        draft.notices.append(Notice(kind="visit_overdue", at_us=at_us, wallet="", points=0, on_us=on_us))


def _warn_of_tier(draft: Draft, context: Context, name: str, at_us: int) -> None:
    """Say that a level will be lost at its review, if its review would lower the member by what is done so far."""
    edition, rung = context.timeline.in_force(at_us), draft.standing.rung(name)
    ladder = edition.compiled.ladder(name) if edition is not None else None
    if ladder is None or not ladder.tiers.notice_days or rung.review_us is None:
        return
    rank = ladder.rank(rung.tier)
    stay, _ = verdict(draft, ladder, context, rung.review_us)
    if stay.rank >= rank:
        return
    found = under_review(draft, ladder, context, rung.review_us)
    draft.notices.append(
        Notice(
            kind="tier_at_risk",
            at_us=at_us,
            wallet="",
            points=0,
            on_us=rung.review_us,
            ladder=name,
            tier=ladder.levels[rank].id,
            amounts=tuple(found[counter] for counter in ladder.counters),
        )
    )
