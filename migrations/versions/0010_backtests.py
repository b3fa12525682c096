"""Backtests that were asked for, how far they are, and what they came to.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GRANT = """
GRANT SELECT, INSERT, UPDATE (state, done, rows, started_at, beat_at, ended_at, report, failure)
    ON backtests TO rung_app
"""


def upgrade() -> None:
    op.create_table(
        "backtests",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSON(), nullable=False),
        sa.Column("from_day", sa.Date()),
        sa.Column("numerator", sa.BigInteger()),
        sa.Column("denominator", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("beat_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("report", postgresql.JSON()),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("backtests_pkey")),
    )
    op.create_index(
        op.f("backtests_program_id_requested_at_idx"),
        "backtests",
        ["program_id", "requested_at"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.execute(GRANT)


def downgrade() -> None:
    op.drop_table("backtests")
