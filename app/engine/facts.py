"""What a rule may look at: the basket, and nothing about the person who carries it."""

from msgspec import Struct


class Line(Struct, frozen=True, kw_only=True, array_like=True):
    """One line of a basket.

    `quantity_micro` is the exact quantity in millionths; `amount_minor` is what is due for the whole
    line after discounts and with tax; `discount_minor` was taken off before, `tax_minor` is inside.
    """

    sku: str
    category: str
    quantity_micro: int
    amount_minor: int
    discount_minor: int = 0
    tax_minor: int = 0


class Tender(Struct, frozen=True, kw_only=True, array_like=True):
    """One means of payment. A tender of kind `points` carries points, every other kind money."""

    kind: str
    amount_minor: int = 0
    points: int = 0


class Basket(Struct, frozen=True, kw_only=True, array_like=True):
    """What was bought, where and how it was paid. Codes are the caller's own short identifiers."""

    currency: str
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...] = ()
    store: str | None = None
    till: str | None = None
    staff: str | None = None
    channel: str | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """Everything the rules see of one activity, derived once before they run.

    `local_day` is a proleptic ordinal, `weekday` 0 for Monday, `minute_of_day` 0 to 1439: all three in
    the programme's zone. `points_paid_minor` is the money value of the points tender.
    """

    basket: Basket
    local_day: int
    weekday: int
    minute_of_day: int
    tier: str | None
    points_paid_minor: int


class RuleTrace(Struct, frozen=True, kw_only=True, array_like=True):
    """What one rule contributed: its index in the compiled rulebook, and points wanted and granted."""

    rule: int
    reason: str
    wanted: int
    granted: int


class Award(Struct, frozen=True, kw_only=True):
    """The points of one basket. `points` = Σ `line_points` = Σ granted of the trace."""

    points: int
    line_points: tuple[int, ...]
    trace: tuple[RuleTrace, ...]
