"""The tables. `program_id` comes first in every key of every member-owned table (docs/adr on tenancy)."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata: Final = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
INSTANT: Final = DateTime(timezone=True)

# Shared tables: small, without members, reference tables on a cluster.

programs = Table(
    "programs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("test_now", INSTANT),
    Column("secret", LargeBinary, nullable=False),
    Column("rulebook_version", Integer, nullable=False, server_default=text("0")),
    Column("created_at", INSTANT, nullable=False),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("sandbox OR test_now IS NULL", name="test_now"),
)

sources = Table(
    "sources",
    metadata,
    Column("program_id", Uuid, ForeignKey("programs.id"), nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("program_id", "number"),
    UniqueConstraint("program_id", "name"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("source", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("created_at", INSTANT, nullable=False),
    Column("revoked_at", INSTANT),
    PrimaryKeyConstraint("program_id", "id"),
    ForeignKeyConstraint(["program_id", "source"], ["sources.program_id", "sources.number"]),
)

rulebooks = Table(
    "rulebooks",
    metadata,
    Column("program_id", Uuid, ForeignKey("programs.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("effective_at", INSTANT, nullable=False),
    Column("published_at", INSTANT, nullable=False),
    Column("published_by", Uuid, nullable=False),
    # The draft that it was, and the earlier version whose document it has again.
    Column("draft_id", Uuid),
    Column("restores", Integer),
    PrimaryKeyConstraint("program_id", "version"),
    # Most programmes give no word of birthdays, and it is looked every second which do.
    Index(
        "rulebooks_birthdays_idx",
        "program_id",
        postgresql_where=text("(document ->> 'birthday_notice_days') IS NOT NULL"),
    ),
)

configuration_requests = Table(
    "configuration_requests",
    metadata,
    Column("scope", Uuid, nullable=False),
    Column("source", SmallInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("resource", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("scope", "source", "key"),
)

# Member-owned tables: one programme is one shard group.

members = Table(
    "members",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("name", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False),
    Column("referral_code", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    Column("erased_at", INSTANT),
    Column("kind", Text, nullable=False, server_default=text("'person'")),
    PrimaryKeyConstraint("program_id", "id"),
    UniqueConstraint("program_id", "referral_code"),
    CheckConstraint("kind IN ('person', 'anonymous', 'household')", name="kind"),
)

member_identifiers = Table(
    "member_identifiers",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", SmallInteger, nullable=False),
    Column("value", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("blocked_at", INSTANT),
    Column("blocked_reason", Text),
    Column("replaced_by", Text),
    PrimaryKeyConstraint("program_id", "kind", "source", "value"),
    Index(None, "program_id", "member_id"),
    ForeignKeyConstraint(["program_id", "member_id"], ["members.program_id", "members.id"]),
    CheckConstraint("kind IN ('external_id', 'card', 'phone')", name="kind"),
    CheckConstraint("blocked_at IS NULL OR kind = 'card'", name="blocked"),
)

purchase_metadata = Table(
    "purchase_metadata",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("fact_id", Uuid, nullable=False),
    Column("metadata", JSONB, nullable=False),
    PrimaryKeyConstraint("program_id", "fact_id"),
)

journal = Table(
    "journal",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("external_key", Uuid),
    Column("member_id", Uuid, nullable=False),
    Column("happened_at", INSTANT, nullable=False),
    Column("decided_at", INSTANT, nullable=False),
    Column("rulebooks_known", Integer, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("source", SmallInteger, nullable=False),
    Column("engine", SmallInteger, nullable=False),
    Column("has_effects", Boolean, nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("change", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    PrimaryKeyConstraint("program_id", "number"),
    Index("journal_program_id_id_key", "program_id", "id", unique=True),
    Index(
        "journal_program_id_external_key_key",
        "program_id",
        "external_key",
        unique=True,
        postgresql_where=text("external_key IS NOT NULL"),
    ),
    Index("journal_effects_idx", "program_id", "number", postgresql_where=text("has_effects")),
)

program_counters = Table(
    "program_counters",
    metadata,
    Column("program_id", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    # How many keys were refused in advance: without any, nobody looks for them.
    Column("cancelled", Integer, nullable=False, server_default=text("0")),
)

followers = Table(
    "followers",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("program_id", "name"),
)
