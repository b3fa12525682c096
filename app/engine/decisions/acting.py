"""Activities that are no purchases: what they earn, what they count towards, and how they are undone."""

from msgspec import Struct

from app.engine.activity import Activity
from app.engine.calendar import local_day
from app.engine.change import Change
from app.engine.climbing import reaches
from app.engine.context import Context, Edition
from app.engine.decisions.boarding import unboard
from app.engine.decisions.crediting import earn
from app.engine.decisions.following import follow
from app.engine.decisions.judging import facts_of, readings_of, too_large, untimely, warnings_of
from app.engine.decisions.originals import own_lot
from app.engine.decisions.playing import Left, Undoing, unplay
from app.engine.decisions.reaching import rise, sink
from app.engine.decisions.reversal import shortage, take_back
from app.engine.decisions.surprising import unsurprise
from app.engine.deeds import activity_counter, basket_of, limit_days
from app.engine.facts import Award, Facts
from app.engine.heights import keep_counting
from app.engine.ledger.draft import Draft
from app.engine.played import Acted, ActedGrant, ActivityCancelled
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.rulebook.activities import ActivityField, ActivityKind, ActivityLimit
from app.engine.rulebook.evaluate import evaluate
from app.engine.settle import expire_until, touch
from app.engine.state import Original


class Seen(Struct, frozen=True, kw_only=True):
    """An activity that may be accepted: by which version, at which instant, and what it is there."""

    edition: Edition
    kind: ActivityKind
    occurred_us: int
    warnings: tuple[str, ...]


class Weighed(Struct, frozen=True, kw_only=True):
    """What an accepted activity comes to, at which tier; one without an award is over the limits of its kind."""

    seen: Seen
    day: int
    tier: str | None
    facts: Facts | None = None
    award: Award | None = None


def weigh(command: Activity, draft: Draft, context: Context) -> Weighed | Refusal:
    """Judge an activity by the rules about its kind, at its own instant. Refuses like `act`."""
    seen = _seen(command, context)
    if isinstance(seen, Refusal):
        return seen
    occurred_us = seen.occurred_us
    day = local_day(occurred_us, context.zone)
    tier = draft.standing.tier_at(occurred_us)
    over = next((limit for limit in seen.kind.limits if _is_over(command.kind, limit, day, draft)), None)
    if over is not None:
        if seen.kind.over_limit == "refuse":
            return refuse("activity_limit", "/kind", per=over.per, times=over.times)
        return Weighed(seen=seen, day=day, tier=tier)
    compiled = seen.edition.compiled.activities[command.kind]
    basket = basket_of(command, context.currency)
    readings = readings_of(compiled, occurred_us, draft, context)
    facts = facts_of(basket, occurred_us, context.zone, tier, 0, readings)
    award = evaluate(compiled, facts)
    if too_large(award, draft):
        return refuse("number_too_large", "/kind")
    return Weighed(seen=seen, day=day, tier=tier, facts=facts, award=award)


def act(command: Activity, draft: Draft, context: Context) -> Change | Refusal:
    """Judge an activity by the rules about its kind, at its own instant; one over the limits counts for nothing.

    Refuses with all that apply of too_old, clock_skew, no_rulebook, unknown_activity, activity_field_required,
    activity_field_unknown, activity_field_invalid; and with activity_limit where its kind says so.
    """
    weighed = weigh(command, draft, context)
    if isinstance(weighed, Refusal):
        return weighed
    seen, day, facts, award = weighed.seen, weighed.day, weighed.facts, weighed.award
    if facts is None or award is None:
        return draft.finish(_nothing(seen, day, weighed.tier))
    edition, occurred_us = seen.edition, seen.occurred_us
    for wallet in sorted({"", *(purse.wallet for purse in draft.account.purses), *_wallets(award)}):
        touch(draft, context, wallet, occurred_us)
    grants = _grant(award, edition, occurred_us, draft, context)
    draft.count(activity_counter(command.kind), 1, day)
    if award.points:
        draft.standing.tally(day, award.points, 0, 0)
    followed = follow(command.kind, facts, award.points, draft, context, occurred_us=occurred_us, edition=edition)
    rise(draft, context)
    expire_until(draft, context.now_us)
    return draft.finish(
        Acted(
            occurred_us=occurred_us,
            local_day=day,
            rulebook=edition.version,
            tier=weighed.tier,
            counted=True,
            points=sum(grant.points for grant in grants),
            grants=grants,
            trace=award.trace,
            warnings=seen.warnings,
            played=followed.played,
            readings=facts.readings,
            surprises=followed.surprises,
        )
    )


def undo(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Take back what an activity earned, and count down what it counted.

    Refuses with wrong_kind, already_reversed and not_enough_to_reverse.
    """
    command, change = original.command, original.change
    acted = change.outcome if change is not None else None
    if not isinstance(acted, Acted) or not isinstance(command, Activity):
        return refuse("wrong_kind")
    if original.reversed_by:
        return refuse("already_reversed", by=str(original.reversed_by[-1]))
    if not acted.counted:
        return draft.finish(ActivityCancelled(activity=original.fact, grants=()))
    before = reaches(draft, context)
    reversals = tuple(
        take_back(draft, context, "reversal", own_lot(draft, original, grant.lot), grant.points)
        for grant in acted.grants
    )
    points = sum(grant.points for grant in acted.grants if not grant.wallet)
    facts = _facts_then(command, acted, context)
    edition = context.timeline.edition(acted.rulebook)
    prizes = unsurprise(edition, acted.surprises, None, (), original, draft, context)
    unboard(edition.compiled, command.kind, Left(facts=facts, points=points), None, draft)
    if acted.played is not None:
        undoing = Undoing(original=original, played=acted.played, taken=(), edition=edition, kind=command.kind)
        prizes += unplay(undoing, Left(facts=facts, points=points), None, draft, context)
    taken = [(grant.wallet, each) for grant, each in zip(acted.grants, reversals, strict=True)]
    taken += [(prize.wallet, prize.reversed) for prize in prizes]
    reasons = tuple(reason for wallet, each in taken for reason in shortage(context, wallet, each))
    if reasons:
        return Refusal(reasons=reasons)
    draft.count(activity_counter(command.kind), -1, acted.local_day)
    if points:
        draft.standing.tally(acted.local_day, -points, 0, 0)
    keep_counting(draft, context, acted.local_day, (points, 0, 0))
    sink(draft, context, before)
    expire_until(draft, context.now_us)
    return draft.finish(ActivityCancelled(activity=original.fact, grants=reversals, prizes=prizes))


def _seen(command: Activity, context: Context) -> Seen | Refusal:
    asked_us = context.now_us if command.occurred_us is None else command.occurred_us
    occurred_us = min(asked_us, context.now_us)
    reasons = untimely(command, asked_us, context)
    edition = context.timeline.in_force(occurred_us)
    if edition is None:
        return Refusal(reasons=(*reasons, Reason(code="no_rulebook")))
    kind = next((each for each in edition.compiled.document.activities if each.id == command.kind), None)
    if kind is None:
        return Refusal(reasons=(*reasons, Reason(code="unknown_activity", pointer="/kind")))
    reasons += _untold(kind, command)
    if reasons:
        return Refusal(reasons=tuple(reasons))
    return Seen(edition=edition, kind=kind, occurred_us=occurred_us, warnings=warnings_of(asked_us, context))


def _untold(kind: ActivityKind, command: Activity) -> list[Reason]:
    """What was told otherwise than the kind of activity says."""
    told = {each.name: each for each in command.told}
    known = {field.id: field for field in kind.fields}
    found = [Reason(code="activity_field_unknown", pointer=f"/fields/{name}") for name in told if name not in known]
    for name, field in known.items():
        if name not in told:
            found += [Reason(code="activity_field_required", pointer=f"/fields/{name}")] if field.required else []
        elif not _fits(field, told[name].number, told[name].code):
            found.append(Reason(code="activity_field_invalid", pointer=f"/fields/{name}"))
    return found


def _fits(field: ActivityField, number: int | None, code: str | None) -> bool:
    match field.kind:
        case "text":
            return number is None and code is None
        case "choice":
            return code in (field.choices or ())
        case "yes_no":
            return number in {0, 1}
        case "number":
            least, most = field.minimum, field.maximum
            return number is not None and (least is None or number >= least) and (most is None or number <= most)


def _is_over(kind: str, limit: ActivityLimit, day: int, draft: Draft) -> bool:
    return draft.counted(activity_counter(kind), *limit_days(limit, day)) >= limit.times


def _nothing(seen: Seen, day: int, tier: str | None) -> Acted:
    return Acted(
        occurred_us=seen.occurred_us,
        local_day=day,
        rulebook=seen.edition.version,
        tier=tier,
        counted=False,
        points=0,
        grants=(),
        trace=(),
        warnings=(*seen.warnings, "activity_limit"),
    )


def _wallets(award: Award) -> set[str]:
    return {grant.wallet for grant in award.grants}


def _grant(award: Award, edition: Edition, occurred_us: int, draft: Draft, context: Context) -> tuple[ActedGrant, ...]:
    found = []
    for grant in award.grants:
        terms = edition.compiled.wallets[grant.wallet]
        lot = earn(draft, context, "accrual", grant.points, occurred_us, terms, wallet=grant.wallet, life=grant.expiry)
        if lot is not None:
            found.append(ActedGrant(wallet=grant.wallet, lot=lot, points=grant.points))
    return tuple(found)


def _facts_then(command: Activity, acted: Acted, context: Context) -> Facts:
    basket = basket_of(command, context.currency)
    return facts_of(basket, acted.occurred_us, context.zone, acted.tier, 0, acted.readings)
