"""The only rounding of the engine: exact quotients to whole points, and whole amounts spread over parts."""

from collections.abc import Sequence
from typing import assert_never

from app.engine.rulebook.document import RoundingMode


def rounded(numerator: int, denominator: int, mode: RoundingMode) -> int:
    """`numerator` / `denominator` as a whole number; neither is negative, the denominator is not zero."""
    match mode:
        case "down":
            return numerator // denominator
        case "up":
            return -(-numerator // denominator)
        case "half_up":
            return (2 * numerator + denominator) // (2 * denominator)
        case "half_even":
            whole, rest = divmod(numerator, denominator)
            return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2))
        case _ as never:
            assert_never(never)


def allocate(total: int, numerators: Sequence[int], denominator: int) -> list[int]:
    """Split `total` into parts that were `numerators` / `denominator` before their sum was rounded.

    By largest remainder, ties by order. `total` is that sum rounded down or up by less than one.
    """
    if len(numerators) == 1:
        return [total]
    parts = [numerator // denominator for numerator in numerators]
    left = total - sum(parts)
    if left:
        remainders = [numerator % denominator for numerator in numerators]
        # A reversed sort is stable too: equal remainders keep the order of the lines.
        for index in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:left]:
            parts[index] += 1
    return parts


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to `weights` (none negative), summing exactly.

    By largest remainder, ties by order. Where there is no weight at all the first part takes everything.
    """
    weight = sum(weights)
    if weight:
        return allocate(total, [total * part for part in weights], weight)
    return [total, *([0] * (len(weights) - 1))] if weights else []
