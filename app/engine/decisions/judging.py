"""What a basket earns and what its points tender pays, or every reason for which it cannot be accepted."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.engine.activity import Activity
from app.engine.calendar import local_day, local_moment
from app.engine.change import BALANCE_MAX
from app.engine.commands import Purchase
from app.engine.context import Context, Edition
from app.engine.decisions.limiting import rooms_left
from app.engine.decisions.measuring import measure
from app.engine.decisions.pricing import tender_price
from app.engine.facts import Award, AwardGrant, Basket, Facts
from app.engine.heights import reach_with
from app.engine.ledger.draft import Draft
from app.engine.refusals import Reason, Refusal
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.document import Expiry, Late
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.shares import level_expiry
from app.engine.rulebook.tiers import rank

DAY_US: Final = 86_400_000_000
# The clock of a till may be a minute ahead, and its connection be gone for a day, without a word about it.
SKEW_US_MAX: Final = 60_000_000
LATE_US_MAX: Final = DAY_US
# Nine thousand of the largest baskets a day still add up within 64 bits.
TOTAL_MINOR_MAX: Final = 10**15


class Judged(Struct, frozen=True, kw_only=True):
    """A basket that may be accepted: by which rulebook, what it earns, and what its points tender pays.

    `first` are the points of the main wallet with the usual life, `others` those with a life or wallet of their own.
    """

    edition: Edition
    facts: Facts
    award: Award
    first: AwardGrant | None
    others: tuple[AwardGrant, ...]
    occurred_us: int
    total_minor: int
    paid_points: int
    warnings: tuple[str, ...]


def judge(command: Purchase, draft: Draft, context: Context) -> Judged | Refusal:
    """Judge the basket by the rulebook and the tier of its own instant; a future one by those of now.

    Refuses with all that apply of too_old, clock_skew, no_rulebook, currency_mismatch, number_too_large and the
    reasons of its tenders.
    """
    asked_us = context.now_us if command.occurred_us is None else command.occurred_us
    occurred_us = min(asked_us, context.now_us)
    basket = command.basket
    total_minor = sum([line.amount_minor for line in basket.lines])
    reasons = [*untimely(command, asked_us, context), *_unsound(basket, total_minor, context)]
    edition = context.timeline.in_force(occurred_us)
    if edition is None:
        return Refusal(reasons=(*reasons, Reason(code="no_rulebook")))
    priced = tender_price(basket, total_minor, edition.compiled.document.redemption, draft.free)
    if isinstance(priced, Refusal):
        return Refusal(reasons=(*reasons, *priced.reasons))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    paid_points, paid_minor = priced
    tier = draft.standing.tier_at(occurred_us)
    facts = facts_of(
        basket, occurred_us, context.zone, tier, paid_minor, readings_of(edition.compiled, occurred_us, draft, context)
    )
    facts, award = _awarded(edition, facts, draft, context)
    if too_large(award, draft):
        return Refusal(reasons=(Reason(code="number_too_large", pointer="/lines"),))
    first, others = divided(award, level_expiry(edition.compiled, facts))
    return Judged(
        edition=edition,
        facts=facts,
        award=award,
        first=first,
        others=others,
        occurred_us=occurred_us,
        total_minor=total_minor,
        paid_points=paid_points,
        warnings=warnings_of(asked_us, context),
    )


def readings_of(compiled: Compiled, occurred_us: int, draft: Draft, context: Context) -> tuple[int, ...]:
    """What the gauges and limits of a rulebook read at an instant; nothing where it has none."""
    if not compiled.is_measured:
        return ()
    day = local_day(occurred_us, context.zone)
    gauges = measure(compiled.asking.gauges, occurred_us, draft, context)
    return (*gauges, *rooms_left(compiled.rooms, day, draft, context))


def facts_of(
    basket: Basket,
    occurred_us: int,
    zone: str,
    tier: str | None,
    paid_minor: int,
    readings: tuple[int, ...] = (),
) -> Facts:
    """What the rules see of a purchase at an instant, by a member of a tier, of which points paid so much."""
    day, weekday, minute = local_moment(occurred_us, zone)
    return Facts(
        basket=basket,
        local_day=day,
        weekday=weekday,
        minute_of_day=minute,
        tier=tier,
        points_paid_minor=paid_minor,
        readings=readings,
    )


def divided(award: Award, usual: Expiry | None) -> tuple[AwardGrant | None, tuple[AwardGrant, ...]]:
    """The points of the main wallet that live as long as all do at the member's level, and the others."""
    first, others = None, []
    for grant in award.grants:
        if first is None and not grant.wallet and grant.expiry == usual:
            first = grant
        else:
            others.append(grant)
    return first, tuple(others)


def untimely(command: Purchase | Activity, asked_us: int, context: Context) -> list[Reason]:
    """Whether it is too old, or from a future that the rulebook in force does not accept."""
    edition = context.timeline.in_force(context.now_us)
    late = edition.compiled.document.late if edition is not None else Late()
    reasons = []
    if not command.any_age and context.now_us - asked_us > late.days_max * DAY_US:
        reasons.append(Reason(code="too_old", pointer="/occurred_at", numbers=(("days_max", late.days_max),)))
    ahead_us = asked_us - context.now_us
    if late.clock_skew == "refuse" and ahead_us > SKEW_US_MAX:
        numbers = (("seconds_ahead", ahead_us // 1_000_000), ("seconds_max", SKEW_US_MAX // 1_000_000))
        reasons.append(Reason(code="clock_skew", pointer="/occurred_at", numbers=numbers))
    return reasons


def _unsound(basket: Basket, total_minor: int, context: Context) -> list[Reason]:
    """Whether it is in money of another kind, or more than can be counted."""
    reasons = []
    if basket.currency != context.currency:
        reasons.append(Reason(code="currency_mismatch", pointer="/currency", numbers=(("expected", context.currency),)))
    if total_minor > TOTAL_MINOR_MAX:
        reasons.append(Reason(code="number_too_large", pointer="/lines"))
    return reasons


def warnings_of(asked_us: int, context: Context) -> tuple[str, ...]:
    """What is odd about its time."""
    if asked_us - context.now_us > SKEW_US_MAX:
        return ("clock_skew",)
    return ("late",) if context.now_us - asked_us > LATE_US_MAX else ()


def _awarded(edition: Edition, facts: Facts, draft: Draft, context: Context) -> tuple[Facts, Award]:
    """The award, where the rulebook wants it at the tier that the purchase itself reaches; once, and no higher.

    A late purchase is judged by the tier of its own time: what it reaches is reached only now.
    """
    award = evaluate(edition.compiled, facts)
    tiers = edition.compiled.document.tiers
    if tiers is None or tiers.promotion_earns == "old" or facts.tier != draft.standing.tier:
        return facts, award
    reached = _reached(award, facts, draft, context)
    if reached is None or rank(edition.compiled, reached) <= rank(edition.compiled, facts.tier):
        return facts, award
    promoted = replace(facts, tier=reached)
    raised = evaluate(edition.compiled, promoted)
    # What earns less at the new tier might not reach it.
    return (promoted, raised) if _reached(raised, facts, draft, context) == reached else (facts, award)


def _reached(award: Award, facts: Facts, draft: Draft, context: Context) -> str | None:
    """The tier in which the award will put the member."""
    edition = context.timeline.in_force(context.now_us)
    main = edition.compiled.ladder("") if edition is not None else None
    if main is None:
        return None
    spend_minor = sum([line.amount_minor for line in facts.basket.lines])
    return main.levels[reach_with(draft, main, context, facts.local_day, (award.points, spend_minor, 1))].id


def too_large(award: Award, draft: Draft) -> bool:
    """Whether the points of a wallet would not fit."""
    totals: dict[str, int] = {}
    for grant in award.grants:
        totals[grant.wallet] = totals.get(grant.wallet, 0) + grant.points
    for wallet, points in totals.items():
        purse = draft.purse(wallet)
        if points > TOTAL_MINOR_MAX or points + purse.balance + purse.debt > BALANCE_MAX:
            return True
    return False
