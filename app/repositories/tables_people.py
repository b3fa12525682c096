"""The tables about people beside `members`: what can be erased, and the proof that it was."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
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
