"""The tables of the points lifecycle beside accounts, lots and entries: other wallets, holds, stocks, codes, queues."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.repositories.tables import INSTANT, metadata

_ZERO: Final = text("0")

# The totals of a member in a wallet other than the main one, whose totals stand in accounts.
purses = Table(
    "purses",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("balance", BigInteger, nullable=False, server_default=_ZERO),
    Column("debt", BigInteger, nullable=False, server_default=_ZERO),
    Column("pending", BigInteger, nullable=False, server_default=_ZERO),
    Column("held", BigInteger, nullable=False, server_default=_ZERO),
    Column("lapses_at", INSTANT),
    Column("entries", Integer, nullable=False, server_default=_ZERO),
    PrimaryKeyConstraint("program_id", "member_id", "wallet"),
    CheckConstraint("pending >= 0 AND held >= 0", name="aside"),
    CheckConstraint("debt >= 0 AND balance + debt - pending - held >= 0", name="free"),
    CheckConstraint("debt = 0 OR balance + debt - pending - held = 0", name="debt"),
    postgresql_with={"fillfactor": "70"},
)

# `lots` and `points` are parallel; of a hold that has ended they say what it kept last.
holds = Table(
    "holds",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("hold", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("until_at", INSTANT, nullable=False),
    Column("life_until_at", INSTANT, nullable=False),
    Column("rulebook", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("ended", Text),
    Column("lots", ARRAY(Integer), nullable=False),
    Column("points", ARRAY(BigInteger), nullable=False),
    PrimaryKeyConstraint("program_id", "hold"),
    Index("holds_active_idx", "program_id", "member_id", postgresql_where=text("is_active")),
    CheckConstraint("is_active = (ended IS NULL)", name="ended"),
    CheckConstraint("cardinality(lots) = cardinality(points)", name="lots"),
)

# How often something has happened to a member, such as the taking of a reward: ever (day 0), on a local day, or in
# the period that began on it.
counters = Table(
    "counters",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("day", Integer, nullable=False, server_default=_ZERO),
    PrimaryKeyConstraint("program_id", "member_id", "name", "day"),
    # Finds who is on a leaderboard. Not by the count: an indexed column that changes with every activity would end
    # updates in place for all counters.
    Index(
        "counters_boards_idx",
        "program_id",
        "name",
        "day",
        "member_id",
        postgresql_where=text("name LIKE 'board/%'"),
    ),
    postgresql_with={"fillfactor": "80"},
)

# What all members share and what is gone of it; a row is made when it is first asked for.
stocks = Table(
    "stocks",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("taken", BigInteger, nullable=False, server_default=_ZERO),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("program_id", "name"),
    CheckConstraint("taken >= 0", name="taken"),
    postgresql_with={"fillfactor": "80"},
)

code_pools = Table(
    "code_pools",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("size", BigInteger, nullable=False, server_default=_ZERO),
    Column("pool", Text, nullable=False),
    PrimaryKeyConstraint("program_id", "pool"),
)

pool_codes = Table(
    "pool_codes",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("pool", Text, nullable=False),
    Column("code", Text, nullable=False),
    PrimaryKeyConstraint("program_id", "pool", "place"),
    # Across pools too: whoever brings a code must not have to say where it is from.
    UniqueConstraint("program_id", "code"),
)

# The codes that a redemption handed out, generated or taken from a pool, numbered from 0.
voucher_codes = Table(
    "voucher_codes",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("fact_id", Uuid, nullable=False),
    Column("place", SmallInteger, nullable=False),
    Column("code", Text, nullable=False),
    PrimaryKeyConstraint("program_id", "code"),
    Index(None, "program_id", "fact_id"),
)

# Refunds of purchases that were not there yet, each to be sent once its purchase is.
awaiting_refunds = Table(
    "awaiting_refunds",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("purchase_key", Uuid, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    Column("source", SmallInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("metadata", JSONB, nullable=False),
    Column("reasons", JSONB),
    PrimaryKeyConstraint("program_id", "id"),
    Index("awaiting_refunds_waiting_idx", "program_id", "purchase_key", postgresql_where=text("state = 'waiting'")),
    CheckConstraint("state IN ('waiting', 'recorded', 'refused')", name="state"),
)

# Keys whose requests are refused should they still arrive, by the id that their fact would have had.
cancelled_keys = Table(
    "cancelled_keys",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("fact_id", Uuid, nullable=False),
    Column("not_after", INSTANT),
    Column("created_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("program_id", "fact_id"),
)

# Adjustments too large for one person; `id` is the fact that an approval records.
adjustment_requests = Table(
    "adjustment_requests",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    Column("decided_by", Uuid),
    Column("created_at", INSTANT, nullable=False),
    Column("decided_at", INSTANT),
    Column("source", SmallInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("metadata", JSONB, nullable=False),
    PrimaryKeyConstraint("program_id", "id"),
    Index("adjustment_requests_pending_idx", "program_id", "created_at", postgresql_where=text("state = 'pending'")),
    CheckConstraint("state IN ('pending', 'approved', 'rejected')", name="state"),
    CheckConstraint("decided_by <> asked_by", name="second_person"),
)
