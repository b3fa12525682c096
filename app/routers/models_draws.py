"""What is answered about chance: the commitments and seeds of days, and the proof of every draw."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_luck import OddsShown
from app.routers.wire import Answer, Int32, Int64

DayShown = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-05-01"])]
CommitmentShown = Annotated[
    str,
    Meta(
        description="SHA-256 of the seed of the day, in hexadecimal. It is the same whenever you ask.",
        examples=["5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"],
    ),
]
SeedShown = Annotated[
    str | None,
    Meta(
        description="The seed, 32 bytes in hexadecimal; null until its day is over.",
        examples=["6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"],
    ),
]


class DayOfDraws(Answer, frozen=True, kw_only=True):
    """The seed of one local day, as far as it may be known."""

    day: Annotated[DayShown, Meta(description="The local day.")]
    commitment: CommitmentShown
    seed: SeedShown


class CommitmentList(Answer, frozen=True, kw_only=True):
    """The commitments of a row of days."""

    data: Annotated[list[DayOfDraws], Meta(description="By day, the first one first.")]


class DrawShown(Answer, frozen=True, kw_only=True):
    """One draw, with everything that it takes to repeat it."""

    draw: Annotated[str, Meta(description="`surprise/…` or `wheel/…`.", examples=["surprise/lucky-tuesday"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Thứ Ba may mắn"])]
    number: Annotated[Int64, Meta(description="The member's so-manieth draw of this kind.", examples=[3])]
    member: Annotated[str, Meta(description="The member's id as it went into the draw.", examples=[MEMBER_EXAMPLE])]
    day: Annotated[DayShown, Meta(description="The local day whose seed was used.")]
    commitment: CommitmentShown
    seed: SeedShown
    value: Annotated[
        str,
        Meta(
            description="The first 16 bytes of HMAC-SHA256 with the seed as its key, over `member/draw/number`; in "
            "hexadecimal.",
            examples=["d2f1c0a95b1c4e6f8a7b6c5d4e3f2a1b"],
        ),
    ]
    prizes: Annotated[list[OddsShown], Meta(description="What it could stop at, in this order.")]
    nothing_weight: Annotated[Int64, Meta(description="The weight of nothing, which comes last.", examples=[90])]
    place: Annotated[
        Int32 | None,
        Meta(
            description="Where it stopped, from 0: value × the sum of all weights ÷ 2¹²⁸ lies within the weights up to "
            "this prize; null: at nothing.",
            examples=[0],
        ),
    ]
    cut: Annotated[
        str | None,
        Meta(
            description="Why the prize was not given: `stock` or `budget` was used up; null: nothing stood in the way.",
            examples=[None],
        ),
    ]
    given: Annotated[bool, Meta(description="Whether a prize was given.", examples=[True])]


class DrawProof(Answer, frozen=True, kw_only=True):
    """The draws of a fact."""

    fact: Annotated[str, Meta(description="The fact.", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
    data: Annotated[list[DrawShown], Meta(description="Its draws in the order in which they were made.")]
