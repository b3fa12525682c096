"""What rules ask about a member: purchases before this one, membership, birthday, attributes, segments."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.values import INT32, INT64, Code, Node, Slug

PURCHASES_MAX: Final = 1_000_000
# How far a condition looks back at most.
LOOK_BACK_DAYS_MAX: Final = 400
MEMBERSHIP_DAYS_MAX: Final = 36_500
NUMBER_MAX: Final = 10**12
BIRTHDAY_DAYS_MAX: Final = 60

PurchaseNumber = Annotated[
    int,
    Field(ge=1, le=PURCHASES_MAX, description="A number of purchases.", examples=[10], json_schema_extra=INT32),
]
LookBackDays = Annotated[
    int,
    Field(
        ge=0,
        le=LOOK_BACK_DAYS_MAX,
        description="A number of days, not too many.",
        examples=[60],
        json_schema_extra=INT32,
    ),
]
MembershipDays = Annotated[
    int,
    Field(ge=0, le=MEMBERSHIP_DAYS_MAX, description="A number of days.", examples=[30], json_schema_extra=INT32),
]
Amount = Annotated[
    int,
    Field(ge=0, le=NUMBER_MAX, description="An amount of what is counted.", examples=[5], json_schema_extra=INT64),
]
Number = Annotated[
    int,
    Field(ge=-NUMBER_MAX, le=NUMBER_MAX, description="The value of a number.", examples=[2], json_schema_extra=INT64),
]
NearDays = Annotated[
    int,
    Field(
        ge=0, le=BIRTHDAY_DAYS_MAX, description="A number of days, at most 60.", examples=[3], json_schema_extra=INT32
    ),
]


class OnPurchase(Node):
    """Which purchase of the member this is, in the order in which they are recorded: the first is number 1."""

    kind: Literal["purchase_number"] = Field(
        description="Which purchase of the member this is.", examples=["purchase_number"]
    )
    every: PurchaseNumber | None = Field(
        default=None, description="Its number is a multiple of this: every tenth.", examples=[10]
    )
    at_least: PurchaseNumber | None = Field(default=None, description="Its number is at least this.", examples=[2])
    at_most: PurchaseNumber | None = Field(default=None, description="Its number is at most this.", examples=[1])


class SinceLast(Node):
    """How many days ago the member bought before, 0 for the same day. Never holds for a first purchase.

    Nothing is looked for further back than 400 days: whoever bought before that has been away for 401.
    """

    kind: Literal["days_since_last"] = Field(
        description="Days since the purchase before.", examples=["days_since_last"]
    )
    at_least: LookBackDays | None = Field(default=None, description="At least so many days ago.", examples=[60])
    at_most: LookBackDays | None = Field(default=None, description="At most so many days ago.", examples=[7])


class MemberFor(Node):
    """For how many days the member has been one, 0 on the day of joining."""

    kind: Literal["membership_days"] = Field(description="The age of the membership.", examples=["membership_days"])
    at_least: MembershipDays | None = Field(default=None, description="For at least so many days.", examples=[365])
    at_most: MembershipDays | None = Field(default=None, description="For at most so many days.", examples=[30])


class Recently(Node):
    """What was counted of the member on the last `days` local days, that of the purchase included, before it."""

    kind: Literal["recent"] = Field(description="What was counted in the last days.", examples=["recent"])
    of: Annotated[str, Field(pattern=r"^(points|spend|visits|referrals|activity:[a-z0-9][a-z0-9_-]{0,63})$")] = Field(
        description="What is counted: points earned, `spend` in minor units, visits, referrals, activities of a kind.",
        examples=["visits"],
    )
    days: Annotated[
        int,
        Field(
            ge=1,
            le=LOOK_BACK_DAYS_MAX,
            description="A number of days, not too many.",
            examples=[30],
            json_schema_extra=INT32,
        ),
    ] = Field(description="On so many days, today included.", examples=[30])
    at_least: Amount | None = Field(default=None, description="At least so much.", examples=[5])
    at_most: Amount | None = Field(default=None, description="At most so much.", examples=[0])


class NearBirthday(Node):
    """The purchase is made near the member's birthday. Holds for nobody whose birthday is unknown."""

    kind: Literal["birthday"] = Field(description="The days around the birthday.", examples=["birthday"])
    days_before: NearDays = Field(default=0, description="From so many days before it …", examples=[3])
    days_after: NearDays = Field(default=0, description="… to so many days after it.", examples=[3])


class HasAttribute(Node):
    """What is known of the member. What is not known is no value: nothing but `is_set` false holds for it."""

    kind: Literal["attribute"] = Field(description="An attribute of the member.", examples=["attribute"])
    name: Slug = Field(description="The id of an attribute of this rulebook.", examples=["plan"])
    any_of: Annotated[tuple[Code, ...], Field(strict=False)] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="A text or a choice is one of these.",
        examples=[["gold", "platinum"]],
    )
    at_least: Number | None = Field(default=None, description="A number is at least this.", examples=[2])
    at_most: Number | None = Field(default=None, description="A number is at most this.", examples=[5])
    is_yes: bool | None = Field(default=None, description="A yes or no is this.", examples=[True])
    is_set: bool | None = Field(default=None, description="It is known at all, or it is not.", examples=[True])


class InSegment(Node):
    """The member is in one of these segments."""

    kind: Literal["segment"] = Field(description="The segments of the member.", examples=["segment"])
    any_of: Annotated[tuple[Slug, ...], Field(strict=False)] = Field(
        min_length=1, max_length=20, description="Ids of segments of this rulebook.", examples=[["regulars"]]
    )
