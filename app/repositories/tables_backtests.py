"""The table of backtests: what was asked, how far it is, and what it came to."""

from sqlalchemy import BigInteger, Column, Date, Index, PrimaryKeyConstraint, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSON

from app.repositories.tables import INSTANT, metadata

# `state` is queued, running, done, cancelled or failed. `beat_at` is when its process was last heard of: one that was
# running and is silent is begun again.
backtests = Table(
    "backtests",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JSON, nullable=False),
    Column("from_day", Date),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("state", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("requested_at", INSTANT, nullable=False),
    Column("requested_by", Uuid, nullable=False),
    Column("started_at", INSTANT),
    Column("beat_at", INSTANT),
    Column("ended_at", INSTANT),
    Column("report", JSON),
    Column("failure", Text),
    PrimaryKeyConstraint("program_id", "id"),
    Index(None, "program_id", "requested_at", postgresql_where=text("state IN ('queued', 'running')")),
)
