"""Sets of rules as integers: bit i stands for the rule with index i."""

from collections.abc import Sequence


def union(sets: Sequence[int]) -> int:
    """The rules of all sets."""
    union = 0
    for rules in sets:
        union |= rules
    return union


def positions(rules: int) -> list[int]:
    """The indexes of a set of rules, ascending."""
    positions = []
    while rules:
        lowest = rules & -rules
        positions.append(lowest.bit_length() - 1)
        rules ^= lowest
    return positions
