"""Enrolment: an account opens once; enrolling again finds it open."""

from app.engine.calendar import day_start_us, local_day
from app.engine.change import Change
from app.engine.commands import Enrol
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Enrolled


def enrol(command: Enrol, draft: Draft, context: Context) -> Change:
    """Open the account. The referral's deadline is stamped now, by the rulebook in force now."""
    if draft.account.enrolled_us is not None:
        return draft.finish(Enrolled(created=False))
    today = local_day(context.now_us, context.zone)
    draft.standing.oldest_day = max(draft.standing.window_day, today)
    edition = context.timeline.in_force(context.now_us)
    terms = edition.compiled.document.referral if edition is not None else None
    if command.referrer is None or terms is None:
        return draft.finish(Enrolled(created=True))
    return draft.finish(
        Enrolled(
            created=True,
            referrer=command.referrer,
            referral_until_us=day_start_us(today + terms.within_days + 1, context.zone),
        )
    )
