"""The tables for accountants: what moved a day, by kind and place, and what a point was held to be worth."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from app.repositories.tables import INSTANT, metadata

# A projection of the journal: it could be made again from it at any time. An empty text says that there is none.
daily_totals = Table(
    "daily_totals",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("booked_day", Date, nullable=False),
    Column("effective_day", Date, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("issue_store", Text, nullable=False),
    Column("redemption_store", Text, nullable=False),
    # The sum over all members may be larger than any one of them can have.
    Column("points", Numeric(38, 0), nullable=False),
    PrimaryKeyConstraint(
        "program_id", "booked_day", "effective_day", "wallet", "kind", "tier", "issue_store", "redemption_store"
    ),
    postgresql_with={"fillfactor": "80"},
)

# What became of referrals on each local day, counted from the journal along with the totals.
referral_totals = Table(
    "referral_totals",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    # Points of rewards; money of purchases that qualified.
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("program_id", "day", "kind"),
)

# A point of `wallet` is worth `numerator` / `denominator` minor units from `from_day` on.
valuations = Table(
    "valuations",
    metadata,
    Column("program_id", Uuid, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("numerator", BigInteger, nullable=False),
    Column("denominator", BigInteger, nullable=False),
    Column("breakage_ppm", Integer, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("made_by", Uuid, nullable=False),
    PrimaryKeyConstraint("program_id", "wallet", "from_day"),
    CheckConstraint("numerator >= 0 AND denominator > 0", name="value"),
    CheckConstraint("breakage_ppm BETWEEN 0 AND 1000000", name="breakage"),
)
