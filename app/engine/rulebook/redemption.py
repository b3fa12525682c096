"""What points are worth, and how many of them may be redeemed."""

from app.engine.rulebook.document import Redemption


def value_minor(terms: Redemption, points: int) -> int:
    """The money that points are worth: exact for every multiple of the step, rounded down between."""
    return points * terms.value_minor // terms.points


def payable_minor(terms: Redemption, total_minor: int) -> int:
    """How much of a basket may be paid with points."""
    return total_minor if terms.maximum_percent is None else total_minor * terms.maximum_percent // 100


def most_points(terms: Redemption, balance: int, total_minor: int, due_minor: int | None = None) -> int:
    """The most points that may be redeemed from a balance against a basket; 0 when even the minimum is too many.

    `due_minor` is what other means of payment leave of `total_minor`; None: all of it.
    """
    payable = payable_minor(terms, total_minor)
    if due_minor is not None:
        payable = min(payable, due_minor)
    covered = min(balance, payable * terms.points // terms.value_minor)
    if terms.maximum_points is not None:
        covered = min(covered, terms.maximum_points)
    whole = covered - covered % terms.step_points
    return whole if whole >= terms.minimum_points else 0
