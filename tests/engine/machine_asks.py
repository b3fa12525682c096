"""What the machine may draw: people, baskets, shares of what there is, and what can be asked about a fact."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from app.engine.commands import (
    AdjustmentCancel,
    Capture,
    Command,
    Confirm,
    HoldExtend,
    HoldRelease,
    Move,
    Purchase,
    RedemptionCancel,
    Refund,
    Void,
)
from app.engine.facts import Basket, Line, Tender
from app.engine.vouchers import VoucherRestore, VoucherUse
from tests.engine.builders import CURRENCY
from tests.engine.journeys import spans
from tests.engine.naive_world import living

PEOPLE = st.integers(0, 3)
# Mostly the latest, so that one purchase is refunded again and again.
CHOICES = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 5])
POINTS = st.integers(1, 60)
# How much of what is free somebody asks for, in thirds; more than there is, once in a while.
SHARES = st.sampled_from([1, 1, 2, 2, 3, 3, 4])
WALLETS = st.sampled_from(["", "", "stamps", "cents"])
LINES = st.lists(
    st.tuples(
        st.sampled_from([0, 1_000_000, 3_000_000, 1_500_000]), st.sampled_from([0, 1, 10, 33]) | st.integers(0, 90)
    ),
    min_size=1,
    max_size=3,
)
SPANS = st.one_of(spans(2), spans(20), spans(70))
# So many steps are lived before accounts become one, and so many of them are left.
LIVED = 32
FEW = 2
NEVER_WAS = UUID(int=5_000_000)


def people(number: int) -> UUID:
    """Four members, and the household that they may share."""
    return UUID(int=number + 1)


HOUSEHOLD = people(4)
# What can be asked about a fact, whatever it is.
KINDS = ["purchase", "waiting", "voided", "redemption", "voucher", "hold", "adjustment", "over"]
ASKED: list[Callable[[UUID], Command]] = [
    lambda fact: Refund(purchase=fact),
    lambda fact: Void(purchase=fact),
    lambda fact: Move(purchase=fact, to=people(1)),
    lambda fact: Confirm(purchase=fact),
    lambda fact: Purchase(basket=basket([(1_000_000, 10)]), replaces=fact),
    lambda fact: RedemptionCancel(redemption=fact),
    lambda fact: VoucherUse(voucher=fact),
    lambda fact: VoucherRestore(voucher=fact),
    lambda fact: Capture(hold=fact),
    lambda fact: HoldExtend(hold=fact, minutes=10),
    lambda fact: HoldRelease(hold=fact),
    lambda fact: AdjustmentCancel(adjustment=fact),
]


def there_is(kind: str) -> Callable[[Any], bool]:
    """Whether something of a kind can be asked about, as the model of a machine knows it."""
    return lambda machine: bool(living(machine.twins.books, kind))


def basket(lines: list[tuple[int, int]], points: int = 0) -> Basket:
    """A basket of lines of these quantities in millionths and amounts, of which so many points pay a part."""
    return Basket(
        currency=CURRENCY,
        lines=tuple(
            Line(sku="sku", category="food", quantity_micro=quantity, amount_minor=amount) for quantity, amount in lines
        ),
        tenders=(Tender(kind="points", points=points),) if points else (),
    )
