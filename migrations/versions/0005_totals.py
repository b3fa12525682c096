"""For accountants: the totals of each day, and what a point is held to be worth.

The totals are a projection: the service fills them from the journal by itself, from its first row on.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT, UPDATE (points) ON daily_totals TO rung_app;
GRANT SELECT, INSERT ON valuations TO rung_app;
"""


def upgrade() -> None:
    op.create_table(
        "daily_totals",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("booked_day", sa.Date(), nullable=False),
        sa.Column("effective_day", sa.Date(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("issue_store", sa.Text(), nullable=False),
        sa.Column("redemption_store", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(38, 0), nullable=False),
        sa.PrimaryKeyConstraint(
            "program_id",
            "booked_day",
            "effective_day",
            "wallet",
            "kind",
            "tier",
            "issue_store",
            "redemption_store",
            name=op.f("daily_totals_pkey"),
        ),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "valuations",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("breakage_ppm", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("numerator >= 0 AND denominator > 0", name=op.f("valuations_value_check")),
        sa.CheckConstraint("breakage_ppm BETWEEN 0 AND 1000000", name=op.f("valuations_breakage_check")),
        sa.PrimaryKeyConstraint("program_id", "wallet", "from_day", name=op.f("valuations_pkey")),
    )
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)


def downgrade() -> None:
    op.drop_table("valuations")
    op.drop_table("daily_totals")
    op.execute("DELETE FROM followers WHERE name = 'totals'")
