"""What leaderboards need besides the counters: the names under which members want to be seen."""

from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table, Text, Uuid

from app.repositories.tables import INSTANT, metadata

# Whoever has none is shown without a name.
member_nicknames = Table(
    "member_nicknames",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("nickname", Text, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], ["members.program_id", "members.id"]),
)
