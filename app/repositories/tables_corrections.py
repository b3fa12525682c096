"""The tables of corrections: which purchases are decided again, and what becomes of each."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.repositories.tables import INSTANT, metadata

# Purchases are looked for among `facts`, or else in the journal up to row `until_number`; `position` is how far.
corrections = Table(
    "corrections",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("under", Integer, nullable=False),
    Column("versions", ARRAY(Integer)),
    Column("from_at", INSTANT),
    Column("until_at", INSTANT),
    Column("facts", ARRAY(Uuid)),
    Column("reason", Text, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    Column("asked_at", INSTANT, nullable=False),
    Column("until_number", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("checked", BigInteger, nullable=False),
    Column("approved_by", Uuid),
    Column("approved_at", INSTANT),
    PrimaryKeyConstraint("program_id", "id"),
    CheckConstraint("state IN ('checking', 'ready', 'applying', 'applied')", name="state"),
    Index("corrections_waiting_idx", "program_id", postgresql_where=text("state IN ('checking', 'applying')")),
)

# A purchase whose points differ: so many `up` and `down`, planned while it is `open`, booked when it is `done`.
correction_lines = Table(
    "correction_lines",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("correction_id", Uuid, nullable=False),
    Column("fact_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("up", BigInteger, nullable=False),
    Column("down", BigInteger, nullable=False),
    Column("code", Text),
    Column("booked_as", Uuid),
    PrimaryKeyConstraint("program_id", "correction_id", "fact_id"),
    ForeignKeyConstraint(["program_id", "correction_id"], ["corrections.program_id", "corrections.id"]),
    CheckConstraint("state IN ('open', 'unknown', 'nothing', 'refused', 'done')", name="state"),
)
