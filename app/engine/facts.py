"""What a rule may look at: the basket, and nothing about the person who carries it."""

from msgspec import Struct

from app.engine.rulebook.lifetimes import Expiry


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
    the programme's zone. `points_paid_minor` is the money value of the points tender. `readings` are what the
    member gauges of the rulebook read, in their order, and then the room under each of its limits.
    """

    basket: Basket
    local_day: int
    weekday: int
    minute_of_day: int
    tier: str | None
    points_paid_minor: int
    readings: tuple[int, ...] = ()


class RuleTrace(Struct, frozen=True, kw_only=True, array_like=True):
    """What one rule contributed: its index in the compiled rulebook, and points wanted and granted.

    `bound` names what granted less than was wanted: `rule_cap`, `member_limit`, `budget`, `transaction_cap` or
    `earning_limit`.
    """

    rule: int
    reason: str
    wanted: int
    granted: int
    bound: str = ""


class AwardGrant(Struct, frozen=True, kw_only=True):
    """The points of one basket that share a wallet ("": the main one) and a life.

    `expiry` is what a rule or the member's level says of them; None: as the wallet says. `points` = Σ `line_points`.
    """

    wallet: str
    expiry: Expiry | None
    points: int
    line_points: tuple[int, ...]


class Award(Struct, frozen=True, kw_only=True):
    """The points of one basket, none of them less than zero.

    `points` = Σ `line_points` = Σ grants of the main wallet; Σ granted of the trace = Σ all grants. Each grant
    has points, and a wallet and expiry of its own; those of the main wallet come first.
    """

    points: int
    line_points: tuple[int, ...]
    trace: tuple[RuleTrace, ...]
    grants: tuple[AwardGrant, ...] = ()
