"""Draws of chance that nobody can steer and everybody can check.

The seed of a local day follows from the programme's secret; its hash is published before the day, the seed itself once
the day is over. Draw number n of a member takes its value from that day's seed, the member, the draw and n: nothing
that a basket or a key could change. docs/fairness.md tells it for members.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.engine.typeids import encode

VALUE_BITS: Final = 128


def surprise_draw(surprise: str) -> str:
    """What the draws of a surprise are called; its budget is counted under the same name."""
    return f"surprise/{surprise}"


def wheel_draw(reward: str) -> str:
    """What the turns of a wheel of the catalogue are called."""
    return f"wheel/{reward}"


def draw_counter(draw: str) -> str:
    """The name under which the draws of a member are counted. It never goes back."""
    return f"draw/{draw}"


def limit_counter(draw: str) -> str:
    """The name under which the draws of a member are counted by the days of a limit."""
    return f"drawn/{draw}"


def prize_stock(draw: str, prize: str) -> str:
    """The name under which it is counted how often a prize was won."""
    return f"prize/{draw}/{prize}"


def seed_of(secret: bytes, day: int) -> bytes:
    """The seed of a local day (a proleptic ordinal). Nothing of it is stored."""
    return hmac.digest(secret, b"draw seeds/%d" % day, "sha256")


def commitment_of(seed: bytes) -> bytes:
    """What is published of a seed before its day: it can be neither foreseen from it nor exchanged afterwards."""
    return hashlib.sha256(seed).digest()


def message_of(member: UUID, draw: str, number: int) -> str:
    """What a draw depends on besides the seed: no two draws have the same."""
    return f"{encode('mbr', member)}/{draw}/{number}"


def value_of(seed: bytes, message: str) -> int:
    """The value of a draw: 128 bits, each as likely as the other."""
    return int.from_bytes(hmac.digest(seed, message.encode(), "sha256")[: VALUE_BITS // 8], "big")


def pick(value: int, weights: Sequence[int], nothing: int) -> int | None:
    """The prize at which a value stops, None for nothing; each is as likely as its weight says.

    Prizes lie one after the other in their order, and nothing comes last. Weights are whole, with a sum above zero.
    """
    point = value * (sum(weights) + nothing) >> VALUE_BITS
    for place, weight in enumerate(weights):
        if point < weight:
            return place
        point -= weight
    return None
