"""What every body is made of: strict models for requests, open models for answers, and the types of their fields."""

import base64
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta, Struct
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.engine.calendar import day_start_us

INT64_MAX: Final = 2**63 - 1
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
CODE_LENGTH_MAX: Final = 128
# Everything but control characters: a NUL would not even fit into a text column.
PRINTABLE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"


class Asked(BaseModel):
    """A request body: nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(Struct, frozen=True, kw_only=True):
    """A response body. Every field is always there; what may be absent is null.

    Not a pydantic model: we need not validate what we say, and this costs a fifth.
    """


def _int64(minimum: int) -> object:
    return Field(ge=minimum, le=INT64_MAX, json_schema_extra={"format": "int64"})


Int64 = Annotated[int, Meta(extra_json_schema={"format": "int64"})]
Int32 = Annotated[int, Meta(extra_json_schema={"format": "int32"})]
Amount = Annotated[int, _int64(0)]
PointsAsked = Annotated[int, _int64(1)]
Code = Annotated[str, Field(min_length=1, max_length=CODE_LENGTH_MAX, pattern=PRINTABLE)]
WalletAsked = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["points"])]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["damaged-goods"])]
ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["VND"])]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", examples=["vi"])]
# The lower bound keeps arithmetic in UTC away from the first year; rules decide how old is too old.
InstantAsked = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, examples=["2026-05-01T02:15:00.000000Z"])]


class Money(Answer, frozen=True, kw_only=True):
    """An amount in minor units of its currency (ISO 4217: VND has none, so 25000 is 25 000 đồng)."""

    amount: Annotated[Int64, Meta(description="Minor units.", examples=[10000])]
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["VND"])]


def micros(moment: datetime) -> int:
    """Microseconds since the epoch, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


# An answer tells the same instant more than once, and so do the answers of a batch.
@lru_cache(maxsize=4096)
def instant(at_us: int) -> str:
    """RFC 3339 in UTC with six digits, always."""
    return (EPOCH + timedelta(microseconds=at_us)).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant_or_none(at_us: int | None) -> str | None:
    """The same, for what may be absent."""
    return None if at_us is None else instant(at_us)


def moment(at: datetime) -> str:
    """RFC 3339 of a column of the database."""
    return instant(micros(at))


def cursor_of(position: str) -> str:
    """An opaque cursor for a position in a list."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def position_of(cursor: str) -> str | None:
    """The position behind a cursor, or None if we cannot have made it."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        return None


def quantity(quantity_micro: int) -> str:
    """An exact decimal without zeros at its end."""
    whole, fraction = divmod(quantity_micro, 1_000_000)
    return f"{whole}.{fraction:06}".rstrip("0").rstrip(".")


def wallet_name(asked: str | None) -> str:
    """A wallet as the ledger calls it: the main one, `points`, has no name there."""
    return "" if asked is None or asked == "points" else asked


def wallet_shown(name: str) -> str:
    """A wallet as callers call it."""
    return name or "points"


def end_of_day_us(day: date, zone: str) -> int:
    """The first instant after a local day: when what is good until that day ends."""
    return day_start_us(day.toordinal() + 1, zone)
