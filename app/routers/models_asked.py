"""What tills ask: the bodies of purchases and redemptions, and the commands they become."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.engine import typeids
from app.engine.commands import Purchase, Redemption
from app.engine.facts import Basket, Line, Tender
from app.routers.problems import Fault, Rejected
from app.routers.wire import (
    PRINTABLE,
    Amount,
    Asked,
    Code,
    Currency,
    InstantAsked,
    PointsAsked,
    WalletAsked,
    micros,
    wallet_name,
)

LINES_MAX: Final = 1000
TENDERS_MAX: Final = 20
METADATA_MAX: Final = 50
NOT_AFTER: Final = "Refused when it arrives later: by then the till has given up."
ANY_AGE: Final = "It may lie back further than that; for keys with the scope `any_age`, which the operator gives."
MEMBER_EXAMPLE: Final = "mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"
PURCHASE_EXAMPLE: Final = {
    "member": "card:2900000000017",
    "currency": "VND",
    "lines": [
        {"sku": "latte-l", "category": "coffee", "quantity": "2", "amount": 110000, "discount": 10000},
        {"sku": "croissant", "category": "bakery", "quantity": "1", "amount": 35000},
    ],
    "store": "D1",
    "till": "7",
    "occurred_at": "2026-05-01T09:15:00+07:00",
    "tenders": [{"kind": "cash", "amount": 145000}],
    "external_id": "receipt-000123",
}

MemberReference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=140,
        pattern=PRINTABLE,
        description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).",
        examples=[MEMBER_EXAMPLE],
    ),
]
Quantity = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$",
        description="An exact decimal number, as a string. Zero is legal.",
        examples=["1.5"],
    ),
]
MetadataKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTABLE)]
MetadataValue = Annotated[str, StringConstraints(max_length=500, pattern=PRINTABLE)]


class LineAsked(Asked):
    """One line of a basket. Amounts are minor units; zero is legal."""

    sku: Code = Field(description="Your article number.", examples=["latte-l"])
    category: Code = Field(description="Your category; rules name it.", examples=["coffee"])
    quantity: Quantity = "1"
    amount: Amount = Field(description="What is due for the line, after discounts, with tax.", examples=[110000])
    discount: Amount = Field(default=0, description="What was taken off before.", examples=[10000])
    tax: Amount = Field(default=0, description="The tax inside `amount`.", examples=[0])

    def line(self) -> Line:
        """The line as the engine takes it."""
        return Line(
            sku=self.sku,
            category=self.category,
            quantity_micro=micro(self.quantity),
            amount_minor=self.amount,
            discount_minor=self.discount,
            tax_minor=self.tax,
        )


class TenderAsked(Asked):
    """One means of payment. Points are redeemed together with the purchase."""

    kind: Literal["cash", "card", "points", "gift_card", "other"] = Field(
        description="How it was paid.", examples=["cash"], json_schema_extra={"x-extensible-enum": True}
    )
    amount: Amount | None = Field(
        default=None, description="Minor units. With points: what you think they are worth.", examples=[145000]
    )
    points: PointsAsked | None = Field(default=None, description="Only with the kind `points`.", examples=[100])


class PurchaseAsked(Asked):
    """A basket that was bought."""

    member: MemberReference | None = Field(
        default=None,
        description="Who bought it: an id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`). Absent: nobody knows "
        "yet, and the answer has a `claim_code` for the receipt. Not so in a batch.",
        examples=[MEMBER_EXAMPLE],
    )
    currency: Currency = Field(description="ISO 4217; the programme's own.")
    lines: list[LineAsked] = Field(max_length=LINES_MAX, description="What was bought; may be empty.")
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    till: Code | None = Field(default=None, description="Your till number.", examples=["7"])
    staff: Code | None = Field(default=None, description="Your staff number, not a name.", examples=["112"])
    channel: Code | None = Field(default=None, description="How it was bought.", examples=["store"])
    occurred_at: InstantAsked | None = Field(
        default=None,
        description="When it was bought, as many days ago as the rulebook allows (30); absent: now.",
        examples=["2026-05-01T09:15:00+07:00"],
    )
    any_age: bool = Field(default=False, description=ANY_AGE, examples=[False])
    tenders: list[TenderAsked] = Field(
        default_factory=list, max_length=TENDERS_MAX, description="How it was paid. At most one tender of points."
    )
    metadata: dict[MetadataKey, MetadataValue] = Field(
        default_factory=dict,
        max_length=METADATA_MAX,
        description="Kept and shown, read by no rule.",
        examples=[{"table": "12"}],
    )
    external_id: Code | None = Field(
        default=None, description="Your receipt number, unique per source.", examples=["receipt-000123"]
    )
    replaces: Code | None = Field(
        default=None,
        description="The voided purchase (`pur_…`) whose receipt number this one takes over.",
        examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"],
    )
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self, at: str = "") -> Purchase:
        """The command. `at` is the pointer of this body inside the whole request."""
        return Purchase(
            basket=Basket(
                currency=self.currency,
                lines=tuple([line.line() for line in self.lines]),
                tenders=tuple([_tender(tender, f"{at}/tenders/{index}") for index, tender in enumerate(self.tenders)]),
                store=self.store,
                till=self.till,
                staff=self.staff,
                channel=self.channel,
            ),
            occurred_us=None if self.occurred_at is None else micros(self.occurred_at),
            external_id=self.external_id,
            any_age=self.any_age,
            replaces=_replaced(self.replaces, f"{at}/replaces"),
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


class RedemptionAsked(Asked):
    """Points to be turned into money off."""

    member: MemberReference
    points: PointsAsked = Field(description="A multiple of the rulebook's step.", examples=[100])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self) -> Redemption:
        """The command."""
        return Redemption(
            points=self.points,
            wallet=wallet_name(self.wallet),
            store=self.store,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


def _replaced(reference: str | None, pointer: str) -> UUID | None:
    if reference is None:
        return None
    replaced = typeids.decode("pur", reference)
    if replaced is None:
        raise Rejected("invalid_request", [Fault(code="not_an_id", pointer=pointer)])
    return replaced


def _tender(tender: TenderAsked, pointer: str) -> Tender:
    if tender.kind == "points" and tender.points is None:
        raise Rejected("invalid_request", [Fault(code="points_missing", pointer=f"{pointer}/points")])
    if tender.kind != "points" and tender.points is not None:
        raise Rejected("invalid_request", [Fault(code="points_not_allowed", pointer=f"{pointer}/points")])
    if tender.kind != "points" and tender.amount is None:
        raise Rejected("invalid_request", [Fault(code="amount_missing", pointer=f"{pointer}/amount")])
    return Tender(kind=tender.kind, amount_minor=tender.amount or 0, points=tender.points or 0)


def micro(quantity: str) -> int:
    """A quantity in millionths."""
    whole, _, fraction = quantity.partition(".")
    return int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))
