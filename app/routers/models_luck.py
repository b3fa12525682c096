"""What a draw won, or of a quote, what it could win."""

from typing import Annotated

from msgspec import Meta

from app.routers.wire import Answer, Int64

Fraction = Annotated[
    str, Meta(description="How likely it is, exactly: its weight of the sum of all weights.", examples=["10/100"])
]
Percent = Annotated[
    str,
    Meta(description="The same in percent, rounded down to four places.", examples=["10"], pattern=r"^\d+(\.\d+)?$"),
]


class OddsShown(Answer, frozen=True, kw_only=True):
    """One prize that a draw could stop at."""

    id: Annotated[str, Meta(description="Its id in the rulebook.", examples=["points"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["50 điểm"])]
    weight: Annotated[Int64, Meta(description="Its share of all weights and of `nothing_weight`.", examples=[10])]
    fraction: Fraction
    percent: Percent


class ChanceOffered(OddsShown, frozen=True, kw_only=True):
    """One prize of a wheel of the catalogue."""

    left: Annotated[
        Int64 | None,
        Meta(
            description="How often it can still be won, by all members together; null: without end. A turn that stops "
            "at one that is gone gives nothing and costs nothing.",
            examples=[12],
        ),
    ]


class WheelOdds(Answer, frozen=True, kw_only=True):
    """What a turn of a wheel can stop at, and how likely each is."""

    prizes: Annotated[list[ChanceOffered], Meta(description="Its prizes, in the order in which they lie.")]
    nothing_weight: Annotated[Int64, Meta(description="The weight of nothing.", examples=[90])]
    nothing_fraction: Fraction
    nothing_percent: Percent


class Draw(Answer, frozen=True, kw_only=True):
    """A draw that came with an activity, or the turn of a wheel. `GET /v1/facts/{fact}/draws` proves it."""

    draw: Annotated[str, Meta(description="`surprise/…` or `wheel/…`.", examples=["surprise/lucky-tuesday"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Thứ Ba may mắn"])]
    drawn: Annotated[bool, Meta(description="False of a quote, which shows the odds alone.", examples=[True])]
    prize: Annotated[str | None, Meta(description="The id of the prize that was won; null: none.", examples=["points"])]
    prize_title: Annotated[str | None, Meta(description="What it is called.", examples=["50 điểm"])]
    points: Annotated[Int64, Meta(description="Points that it gave.", examples=[50])]
    wallet: Annotated[str, Meta(description="The wallet into which they went.", examples=["points"])]
    badge: Annotated[str | None, Meta(description="The badge that it gave; null: none.", examples=[None])]
    gift: Annotated[
        str | None, Meta(description="The reward that can be taken at no cost; null: none.", examples=[None])
    ]
    cut: Annotated[
        str | None,
        Meta(description="Why the prize at which it stopped was not given: `stock` or `budget`.", examples=[None]),
    ]
    odds: Annotated[list[OddsShown], Meta(description="What it could stop at.")]
    nothing_weight: Annotated[Int64, Meta(description="The weight of nothing.", examples=[90])]
