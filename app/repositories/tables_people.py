"""The tables about people beside `members`: what can be erased, and the proof that it was."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.repositories.tables import INSTANT, metadata

_MEMBER: Final = ["members.program_id", "members.id"]

# Keys the digests of the bodies in which a member was named. Without its row they prove nothing to anybody.
member_secrets = Table(
    "member_secrets",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)

consents = Table(
    "consents",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("is_granted", Boolean, nullable=False),
    Column("wording", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("store", Text),
    Column("note", Text),
    Column("source", SmallInteger, nullable=False),
    Column("given_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id", "number"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)

# What a member has told of themselves. Conditions ask about it, and learn yes or no.
member_details = Table(
    "member_details",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("birth_month", SmallInteger),
    Column("birth_day", SmallInteger),
    Column("birth_year", SmallInteger),
    Column("email", Text),
    Column("attributes", JSONB, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
    Index(
        "member_details_birthday_idx",
        "program_id",
        "birth_month",
        "birth_day",
        postgresql_where=text("birth_month IS NOT NULL"),
    ),
)

# Digests of the devices that a member has enrolled or been referred with, keyed with the programme's secret.
member_devices = Table(
    "member_devices",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id", "digest"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)

# Codes that members give to friends beside the one that each has from the start.
member_codes = Table(
    "member_codes",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("made_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "code"),
    Index(None, "program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)

# What members answered to “who sent you?” when they had no code.
referral_answers = Table(
    "referral_answers",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("answer", Text, nullable=False),
    Column("note", Text),
    Column("said_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)

erasures = Table(
    "erasures",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("erased_at", INSTANT, nullable=False),
    Column("proof", JSONB, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], _MEMBER),
)
