"""Referrals on the friend's side: the purchase that qualifies, what it gives, and how that ends."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.calendar import day_start_us, local_day, matures_us
from app.engine.context import Context, Edition
from app.engine.decisions.crediting import earn
from app.engine.decisions.judging import Judged
from app.engine.decisions.originals import own_lot
from app.engine.decisions.prizing import give, take_prize
from app.engine.decisions.reversal import take_back
from app.engine.facts import Basket
from app.engine.friends import QUALIFIED, counts_friends
from app.engine.ledger.draft import Draft
from app.engine.movements import ClawBackReferrer, Referral, RewardReferrer
from app.engine.outcomes import Purchased
from app.engine.played import Prized, PrizeTaken
from app.engine.remains import Rest, RestLine, Reversed, is_nothing
from app.engine.rulebook.document import MAIN_WALLET, Pending, PendingDays
from app.engine.rulebook.referrals import Referral as Terms
from app.engine.rulebook.rounding import spread
from app.engine.state import Original

CAUSE: Final = "referral"


class Qualified(Struct, frozen=True, kw_only=True):
    """What a purchase gave to the friend; nothing where it qualified nothing."""

    points: int = 0
    lot: int | None = None
    wallet: str = ""
    prize: Prized | None = None


class Ended(Struct, frozen=True, kw_only=True):
    """What a referral that ended took back from the friend."""

    reversed: Reversed
    prizes: tuple[PrizeTaken, ...] = ()


NOTHING: Final = Qualified()


def wallet_of(wallet: str) -> str:
    """A wallet of a rulebook by its name in the ledger."""
    return "" if wallet == MAIN_WALLET else wallet


def pending_of(terms: Terms, usual: Pending | None) -> Pending | None:
    """What a reward waits for: the days of the referral where it says any, else what its wallet waits for."""
    return PendingDays(kind="after_days", days=terms.hold_days) if terms.hold_days else usual


def qualify(judged: Judged, draft: Draft, context: Context) -> Qualified:
    """The friend's own reward, and word for the referrer; at most once while it stands."""
    account, terms = draft.account, judged.edition.compiled.document.referral
    if terms is None or account.referral_purchase is not None:
        return NOTHING
    if account.referrer is None:
        _remember(terms, judged, draft, context)
        return NOTHING
    if account.referral_until_us is None or judged.occurred_us >= account.referral_until_us:
        return NOTHING
    if not _is_enough(terms, judged):
        return NOTHING
    counts = counts_friends(judged.edition.compiled)
    if terms.referrer_points or terms.referrer_prize or counts:
        draft.effects.append(_word(terms, account.referrer, judged, says_more=counts or not terms.is_simple))
    return _reward(terms, judged.edition, judged.occurred_us, draft, context)


def _remember(terms: Terms, judged: Judged, draft: Draft, context: Context) -> None:
    """Who has bought enough without a referrer is an existing member, whoever they name later."""
    enrolled_us = draft.account.enrolled_us
    if not terms.afterwards or enrolled_us is None:
        return
    if judged.occurred_us < deadline_us(terms, enrolled_us, context.zone) and _is_enough(terms, judged):
        draft.count(QUALIFIED, 1)


def deadline_us(terms: Terms, enrolled_us: int, zone: str) -> int:
    """The first instant at which a purchase comes too late for a referral."""
    return day_start_us(local_day(enrolled_us, zone) + terms.within_days + 1, zone)


def _word(terms: Terms, referrer: UUID, judged: Judged, *, says_more: bool) -> RewardReferrer:
    """What the referrer's account hears. Where there is nothing but points, it is that."""
    if not says_more:
        return RewardReferrer(referrer=referrer, points=terms.referrer_points)
    return RewardReferrer(
        referrer=referrer,
        points=terms.referrer_points,
        rulebook=judged.edition.version,
        level=1,
        occurred_us=judged.occurred_us,
    )


def _is_enough(terms: Terms, judged: Judged) -> bool:
    basket = judged.facts.basket
    amounts = [line.amount_minor for line in basket.lines]
    return qualifies(terms, basket, amounts, judged.facts.points_paid_minor)


def qualifies(terms: Terms, basket: Basket, amounts: list[int], paid_minor: int) -> bool:
    """Whether a basket with these amounts of its lines is enough; points have paid `paid_minor` of them."""
    if terms.stores is not None and basket.store not in terms.stores:
        return False
    categories = [line.category for line in basket.lines]
    return _counting_minor(terms, zip(categories, amounts, strict=True), paid_minor) >= terms.minimum_minor


def _counting_minor(terms: Terms, lines: Iterable[tuple[str, int]], paid_minor: int) -> int:
    """What of these lines, category and amount each, counts towards the total."""
    found = list(lines)
    if terms.categories is None:
        return sum([amount for _, amount in found]) - paid_minor
    paid = spread(paid_minor, [amount for _, amount in found])
    return sum(
        amount - part for (category, amount), part in zip(found, paid, strict=True) if category in terms.categories
    )


def _reward(terms: Terms, edition: Edition, occurred_us: int, draft: Draft, context: Context) -> Qualified:
    """Credit the friend; the points wait for what the purchase's own wait for, or for the days of the referral."""
    wallet = wallet_of(terms.friend_wallet)
    of_wallet = edition.compiled.wallets[wallet]
    lot = earn(
        draft,
        context,
        "referral",
        terms.friend_points,
        occurred_us,
        of_wallet,
        wallet=wallet,
        life=terms.friend_expiry,
        pending=pending_of(terms, of_wallet.pending),
    )
    prize = None
    if terms.friend_prize is not None:
        prize = give(terms.friend_prize, CAUSE, draft, context, occurred_us=occurred_us, edition=edition)
    draft.referral = Referral(purchase=context.fact, lot=lot)
    return Qualified(points=terms.friend_points, lot=lot, wallet=wallet, prize=prize)


def held_until_us(terms: Terms, occurred_us: int, context: Context) -> int | None:
    """From when the points of a referral can be spent; None where it does not say."""
    return matures_us(pending_of(terms, None), occurred_us, context.zone) if terms.hold_days else None


def end_referral(
    original: Original,
    bought: Purchased,
    basket: Basket,
    rest: Rest,
    lines: tuple[RestLine, ...],
    paid_minor: int,
    draft: Draft,
    context: Context,
) -> Ended | None:
    """Both sides lose what the purchase gave when the rest, less what points still pay of it, does not qualify.

    The referral is open again until its deadline. None where nothing ends.
    """
    terms = context.timeline.edition(bought.rulebook).compiled.document.referral
    still = terms is not None and qualifies(terms, basket, [line.amount_minor for line in lines], paid_minor)
    if rest.referral_undone or (still and not is_nothing(lines)):
        return None
    counted = original.change.counter_moves if original.change is not None else ()
    if any(move.name == QUALIFIED for move in counted):
        draft.count(QUALIFIED, -1)
        return Ended(reversed=Reversed())
    rewarded = rewarded_by(original)
    if not _stands(original, rewarded, draft):
        return None
    if draft.account.referral_purchase == original.fact:
        draft.referral = Referral(purchase=None)
    draft.effects.extend(ClawBackReferrer(referrer=referrer, purchase=original.fact) for referrer in rewarded)
    own = None if bought.referral_lot is None else own_lot(draft, original, bought.referral_lot)
    return Ended(
        reversed=take_back(draft, context, "referral_reversal", own, bought.referral_points),
        prizes=() if bought.referral_prize is None else (take_prize(bought.referral_prize, original, draft, context),),
    )


def rewarded_by(original: Original) -> tuple[UUID, ...]:
    """Whom a fact rewarded for having brought somebody."""
    effects = original.change.effects if original.change is not None else ()
    return tuple(effect.referrer for effect in effects if isinstance(effect, RewardReferrer))


def _stands(original: Original, rewarded: tuple[UUID, ...], draft: Draft) -> bool:
    """Whether the purchase qualified a referral that stands.

    A merge keeps one referral of two, yet either purchase may still be refunded. Where one of the accounts had brought
    the other, nothing of it stands.
    """
    account = draft.account
    kin = {account.member, *(closed.member for closed in account.continued)}
    return account.referral_purchase == original.fact or any(each not in kin for each in rewarded)
