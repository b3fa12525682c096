"""The codes that redemptions of rewards hand out: generated from the fact, or the next ones of an imported pool."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from app.engine.change import Change
from app.engine.ids import voucher_code
from app.engine.outcomes import Redeemed, Taken
from app.repositories.rare import Voucher


def vouchers(secret: bytes, fact: UUID, member: UUID, change: Change) -> Iterable[Voucher]:
    """The codes of the reward that a fact took."""
    outcome = change.outcome
    if isinstance(outcome, Redeemed) and outcome.reward is not None:
        return _codes(secret, member, fact, outcome.reward)
    return ()


def _codes(secret: bytes, member: UUID, fact: UUID, taken: Taken) -> Iterator[Voucher]:
    for number in range(taken.quantity):
        if taken.kind == "voucher":
            yield Voucher(member=member, fact=fact, place=number, code=voucher_code(secret, fact, number))
        elif taken.kind == "code_pool":
            assert taken.place is not None, "a code of a pool has its place there"
            place = taken.place + number
            yield Voucher(member=member, fact=fact, place=number, pool=taken.pool, pool_place=place)
