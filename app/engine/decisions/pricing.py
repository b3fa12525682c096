"""What points are worth, and every reason for which they cannot be spent."""

from app.engine.facts import Basket
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.rulebook.document import Redemption as Terms
from app.engine.rulebook.redemption import most_points, payable_minor, value_minor


def price(points: int, terms: Terms | None, available: int, pointer: str = "/points") -> int | Refusal:
    """The money that so many points take off, in minor units.

    Refuses with all that apply of below_minimum, above_maximum, not_a_step and insufficient_points, or not_redeemable.
    """
    if terms is None:
        return refuse("not_redeemable", pointer)
    reasons = []
    if points < terms.minimum_points:
        reasons.append(_reason("below_minimum", pointer, points, minimum=terms.minimum_points))
    if terms.maximum_points is not None and points > terms.maximum_points:
        reasons.append(_reason("above_maximum", pointer, points, maximum=terms.maximum_points))
    if points % terms.step_points:
        reasons.append(_reason("not_a_step", pointer, points, step=terms.step_points))
    if points > available:
        reasons.append(_reason("insufficient_points", pointer, points, available=available))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    return value_minor(terms, points)


def tender_price(basket: Basket, total_minor: int, terms: Terms | None, available: int) -> tuple[int, int] | Refusal:
    """Points paid by the basket's tenders and their money value; (0, 0) without a points tender.

    Refuses like `price`, and with exceeds_basket, tender_value_mismatch and tenders_exceed_total.
    """
    money_minor = sum(t.amount_minor for t in basket.tenders if t.kind != "points")
    paying = [(i, t) for i, t in enumerate(basket.tenders) if t.kind == "points"]
    if not paying:
        if money_minor > total_minor:
            return refuse("tenders_exceed_total", "/tenders", total=total_minor)
        return 0, 0
    index, tender = paying[0]
    if len(paying) > 1:
        return refuse("more_than_one_points_tender", f"/tenders/{paying[1][0]}")
    pointer = f"/tenders/{index}/points"
    value = price(tender.points, terms, available, pointer)
    if isinstance(value, Refusal) or terms is None:
        return value if isinstance(value, Refusal) else refuse("not_redeemable", pointer)
    if value > payable_minor(terms, total_minor):
        most = most_points(terms, available, total_minor)
        return refuse("exceeds_basket", pointer, most_points=most, requested=tender.points)
    if tender.amount_minor not in (0, value):
        return refuse("tender_value_mismatch", f"/tenders/{index}/amount", expected=value)
    if money_minor + value > total_minor:
        return refuse("tenders_exceed_total", "/tenders", total=total_minor)
    return tender.points, value


def _reason(code: str, pointer: str, requested: int, **numbers: int) -> Reason:
    return Reason(code=code, pointer=pointer, numbers=(*numbers.items(), ("requested", requested)))
