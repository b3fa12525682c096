"""What is answered about chance: the commitments and seeds of days, and the proof of every draw."""

from typing import Annotated

from msgspec import Meta

from app.routers.wire import Answer

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
