"""A purchase as another version would have judged it: what it would have brought, and what refunds leave of it."""

from msgspec import Struct
from msgspec.structs import replace

from app.engine.context import Context
from app.engine.decisions.credits import credits_of, readings_again
from app.engine.decisions.judging import Judged, divided, facts_of
from app.engine.decisions.resting import asked_back, still_earned, still_granted, tender_after
from app.engine.facts import Basket, RuleTrace
from app.engine.outcomes import Grant, Purchased
from app.engine.remains import Rest, RestLine
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.shares import level_expiry


class Seen(Struct, frozen=True, kw_only=True, array_like=True):
    """What a version saw of a purchase besides its basket: tier, readings, and the money that points paid.

    `asked` is what refunds would have asked back so far of each of its credits; empty when nothing has gone back.
    """

    tier: str | None
    paid_minor: int
    readings: tuple[int, ...]
    asked: tuple[int, ...] = ()


class Left(Struct, frozen=True, kw_only=True):
    """What a member still has of a purchase: by wallet, and what each rule grants to what remains of it."""

    wallets: dict[str, int]
    trace: tuple[RuleTrace, ...]


def seen_by(judged: Judged) -> Seen:
    """What a version has seen that has judged it now."""
    facts = judged.facts
    return Seen(tier=facts.tier, paid_minor=facts.points_paid_minor, readings=facts.readings)


def as_recorded(bought: Purchased, wanted: Compiled, judged: Compiled) -> Seen | None:
    """What another version would have seen as far as it was recorded; None where it looks at something else."""
    readings = readings_again(judged, wanted, bought.readings)
    if readings is None:
        return None
    return Seen(tier=bought.tier, paid_minor=bought.paid_minor, readings=readings)


def bought_under(version: int, seen: Seen, bought: Purchased, basket: Basket, context: Context) -> Purchased:
    """The purchase as if this version had judged it. The lots that it would have opened have no numbers."""
    compiled = context.timeline.edition(version).compiled
    facts = facts_of(basket, bought.occurred_us, context.zone, seen.tier, seen.paid_minor, seen.readings)
    award = evaluate(compiled, facts)
    first, others = divided(award, level_expiry(compiled, facts))
    return replace(
        bought,
        rulebook=version,
        tier=seen.tier,
        points=first.points if first is not None else 0,
        paid_minor=seen.paid_minor,
        trace=award.trace,
        grants=tuple(Grant(wallet=each.wallet, lot=0, points=each.points, line_points=()) for each in others),
        readings=seen.readings,
    )


def refunded(version: int, seen: Seen, bought: Purchased, basket: Basket, rest: Rest, context: Context) -> Seen:
    """After refunds have left these lines: asked back is what a refund of that purchase would have asked."""
    under = bought_under(version, seen, bought, basket, context)
    left = still_earned(under, basket, rest.lines, _still_paid(under, rest.lines), context)
    granted = (under.points, *(grant.points for grant in under.grants))
    so_far = seen.asked or (0,) * len(granted)
    asked = [asked_back(*each) for each in zip(granted, left, so_far, strict=True)]
    return replace(seen, asked=tuple(asked))


def left_under(version: int, seen: Seen, bought: Purchased, basket: Basket, rest: Rest, context: Context) -> Left:
    """What the member would still have of the purchase under that version."""
    under = bought_under(version, seen, bought, basket, context)
    return left_of(under, basket, replace(rest, asked=seen.asked, under=0, added=()), context)


def left_of(bought: Purchased, basket: Basket, rest: Rest, context: Context) -> Left:
    """What a member still has of a purchase that was decided, after its refunds and corrections."""
    wallets: dict[str, int] = {}
    for credit, asked in zip(credits_of(bought, rest), rest.asked, strict=True):
        wallets[credit.wallet] = wallets.get(credit.wallet, 0) + credit.points - asked
    by = bought
    if rest.under:
        judged, wanted = (context.timeline.edition(each).compiled for each in (bought.rulebook, rest.under))
        seen = as_recorded(bought, wanted, judged)
        assert seen is not None, "the correction was accepted"
        by = bought_under(rest.under, seen, bought, basket, context)
    return Left(
        wallets=wallets, trace=tuple(still_granted(by, basket, rest.lines, _still_paid(by, rest.lines), context))
    )


def _still_paid(bought: Purchased, lines: tuple[RestLine, ...]) -> int:
    """The money of what remains that points have paid."""
    return bought.paid_minor - tender_after(bought, lines)[1]
