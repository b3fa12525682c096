"""The tables of shadows: drafts that are decided beside the rulebook in force, and where the two differ."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

from app.repositories.tables import INSTANT, metadata

# The document is that of the draft when the shadow began. Every row of the journal after `from_number` was looked at up
# to `number`.
rulebook_shadows = Table(
    "rulebook_shadows",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("draft_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("from_number", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("started_by", Uuid, nullable=False),
    Column("stopped_at", INSTANT),
    Column("stopped_by", Uuid),
    Column("compared", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    # Sums over all members may be larger than any one of them can have.
    Column("live_points", Numeric(38, 0), nullable=False),
    Column("draft_points", Numeric(38, 0), nullable=False),
    PrimaryKeyConstraint("program_id", "id"),
    CheckConstraint("state IN ('running', 'stopped')", name="state"),
    Index("rulebook_shadows_draft_idx", "program_id", "draft_id", "id"),
    Index("rulebook_shadows_running_idx", "program_id", postgresql_where=text("state = 'running'")),
)

# An activity whose points differ: those that refunds have left of all wallets under both, and what each rule gives
# ("rule": points). `kind` is that of the journal. One that does not differ is there for what the draft has `seen`.
shadow_differences = Table(
    "shadow_differences",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("shadow_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("fact_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("live_points", BigInteger, nullable=False),
    Column("draft_points", BigInteger, nullable=False),
    Column("counts", BigInteger, nullable=False),
    Column("differs", Boolean, nullable=False),
    Column("why", JSON, nullable=False),
    Column("seen", JSON),
    PrimaryKeyConstraint("program_id", "shadow_id", "number"),
    ForeignKeyConstraint(["program_id", "shadow_id"], ["rulebook_shadows.program_id", "rulebook_shadows.id"]),
)
