"""The table of drafts: rulebooks that somebody is writing, and what became of them."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSON

from app.repositories.tables import INSTANT, metadata

# A document in the making may have any faults, and keeps the order in which it was written. What was deleted is not
# shown any more, and stays as a record.
rulebook_drafts = Table(
    "rulebook_drafts",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", Uuid, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    Column("updated_by", Uuid, nullable=False),
    Column("deleted_at", INSTANT),
    Column("deleted_by", Uuid),
    PrimaryKeyConstraint("program_id", "id"),
)
