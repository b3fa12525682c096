"""The catalogue: what points buy besides money off."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.chances import Wheel
from app.engine.rulebook.values import INT64, Days, Languages, LocalDate, Minor, Node, Points, Slug
from app.engine.rulebook.wallets import MAIN_WALLET

REWARDS_MAX: Final = 200
PIECES_MAX: Final = 10**9

Pieces = Annotated[
    int,
    Field(ge=0, le=PIECES_MAX, description="A number of pieces.", examples=[500], json_schema_extra=INT64),
]
AtLeastOnePiece = Annotated[
    int,
    Field(ge=1, le=PIECES_MAX, description="A number of pieces, not zero.", examples=[1], json_schema_extra=INT64),
]


class Reward(Node):
    """One reward of the catalogue."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["free-latte"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "A latte", "vi": "Một ly latte"}]
    )
    description: Languages | None = Field(
        default=None, description="More about it.", examples=[{"en": "Any size, in every store."}]
    )
    cost_points: Points = Field(description="What it costs.", examples=[300])
    tier_costs: dict[Slug, Points] = Field(
        default={},
        max_length=12,
        description="What it costs members of a level instead, by the level's id.",
        examples=[{"vang": 250}],
    )
    wallet: Slug = Field(
        default=MAIN_WALLET, description="The wallet that pays; `points` is the main one.", examples=["points"]
    )
    kind: Literal["voucher", "code_pool", "donation", "item", "wheel"] = Field(
        description="What the member gets: a code made here, a code out of an imported pool, a gift to a cause in "
        "their name, the thing itself, or a turn of a wheel with prizes.",
        examples=["voucher"],
    )
    stock: Pieces | None = Field(default=None, description="How many there are; null: no end of them.", examples=[500])
    per_member: AtLeastOnePiece | None = Field(
        default=None, description="How many one member may have; null: no limit.", examples=[1]
    )
    valid_from: LocalDate | None = Field(
        default=None, description="The first local date on which it can be had.", examples=["2026-01-01"]
    )
    early_access: dict[Slug, Days] = Field(
        default={},
        max_length=12,
        description="How many days before `valid_from` members of a level and of those above it can have it, by the "
        "level's id.",
        examples=[{"vang": 7}],
    )
    valid_until: LocalDate | None = Field(
        default=None, description="The last local date on which it can be had.", examples=["2026-12-31"]
    )
    tiers: Annotated[tuple[Slug, ...], Field(strict=False)] | None = Field(
        default=None,
        min_length=1,
        max_length=12,
        description="The levels that may have it; absent: everyone.",
        examples=[["vang"]],
    )
    segments: Annotated[tuple[Slug, ...], Field(strict=False)] | None = Field(
        default=None,
        min_length=1,
        max_length=20,
        description="The segments of which one is enough to have it; absent: everyone.",
        examples=[["regulars"]],
    )
    voucher_days: Days | None = Field(
        default=None,
        description="How many days after the day of issue its code can be used; absent: for ever.",
        examples=[30],
    )
    pool: Slug | None = Field(
        default=None, description="The pool from which a `code_pool` takes its codes.", examples=["cinema-2026"]
    )
    value_minor: Minor | None = Field(
        default=None,
        description="What it is worth in money: of a voucher, what it takes off; of a donation, what the cause gets.",
        examples=[45000],
    )
    cause: Languages | None = Field(
        default=None,
        description="The cause that a `donation` is for.",
        examples=[{"en": "Red Cross", "vi": "Chữ thập đỏ"}],
    )
    odds: Wheel | None = Field(
        default=None,
        description="The prizes of a `wheel`, with their odds.",
        examples=[
            {
                "prizes": [{"id": "points", "title": {"en": "50 points"}, "weight": 1, "prize": {"points": 50}}],
                "nothing_weight": 4,
            }
        ],
    )
