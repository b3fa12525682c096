"""Tiers of several sets, given by hand, and for life: what a tier move says of them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ATTRIBUTES = {"ladder": "text", "floor": "text", "floor_at": "timestamptz", "forever": "text"}
SHORT = "INSERT INTO tier_moves (program_id, member_id, number, tier, at, reason, review_at)"
LONG = """INSERT INTO tier_moves (program_id, member_id, number, tier, at, reason, review_at, ladder, floor, floor_at,
            forever)"""


def upgrade() -> None:
    op.add_column("tier_moves", sa.Column("ladder", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("tier_moves", sa.Column("floor", sa.Text(), nullable=True))
    op.add_column("tier_moves", sa.Column("floor_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tier_moves", sa.Column("forever", sa.Text(), nullable=True))
    for name, kind in ATTRIBUTES.items():
        op.execute(f"ALTER TYPE recorded_tier_move ADD ATTRIBUTE {name} {kind}")
    op.execute(_recording(LONG))


def downgrade() -> None:
    op.execute(_recording(SHORT))
    # What was reached in other sets has no place where there is one.
    op.execute("DELETE FROM tier_moves WHERE ladder <> ''")
    for name in reversed(ATTRIBUTES):
        op.execute(f"ALTER TYPE recorded_tier_move DROP ATTRIBUTE {name}")
        op.drop_column("tier_moves", name)


def _recording(moving: str) -> str:
    """The function of 0006 that records a batch, with another statement for the tier moves."""
    counters = context.script.get_revision("0006").module
    record: str = counters._recording(counters.BY_DAY)  # noqa: SLF001  the text that is in force before
    assert SHORT in record
    return record.replace(SHORT, moving)
