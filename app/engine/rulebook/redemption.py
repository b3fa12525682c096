"""What points are worth, and how many of them may be redeemed."""

from app.engine.rulebook.document import Redemption


def value_minor(terms: Redemption, points: int) -> int:
    """The money that points are worth: exact for every multiple of the step, rounded down between."""
    return points * terms.value_minor // terms.points


def most_points(terms: Redemption, balance: int, total_minor: int) -> int:
    """The most points that may be redeemed from a balance against a total; 0 when even the minimum is too many."""
    covered = min(balance, total_minor * terms.points // terms.value_minor)
    whole = covered - covered % terms.step_points
    return whole if whole >= terms.minimum_points else 0
