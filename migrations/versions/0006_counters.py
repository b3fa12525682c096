"""Counters by local day, for whatever is counted in windows: caps, challenges, streaks, activities, leaderboards.

Day 0 is what is counted for ever, as all counters were before.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BY_NAME = """
            INSERT INTO counters (program_id, member_id, name, count) SELECT program, v.* FROM unnest(counted) v
            ON CONFLICT (program_id, member_id, name) DO UPDATE SET count = counters.count + excluded.count;"""
BY_DAY = """
            INSERT INTO counters (program_id, member_id, name, count, day) SELECT program, v.* FROM unnest(counted) v
            ON CONFLICT (program_id, member_id, name, day) DO UPDATE SET count = counters.count + excluded.count;"""


def upgrade() -> None:
    op.add_column("counters", sa.Column("day", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _key("program_id", "member_id", "name", "day")
    op.execute("ALTER TYPE recorded_counter ADD ATTRIBUTE day int")
    op.execute(_recording(BY_DAY))


def downgrade() -> None:
    op.execute(_recording(BY_NAME))
    op.execute("ALTER TYPE recorded_counter DROP ATTRIBUTE day")
    # What was counted by day has no place in what is counted for ever.
    op.execute("DELETE FROM counters WHERE day <> 0")
    _key("program_id", "member_id", "name")
    op.drop_column("counters", "day")


def _key(*columns: str) -> None:
    op.execute(f"""-- squawk-ignore ban-drop-constraint
        ALTER TABLE counters DROP CONSTRAINT counters_pkey,
            -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
            ADD CONSTRAINT counters_pkey PRIMARY KEY ({", ".join(columns)})""")


def _recording(counting: str) -> str:
    """The function of 0003 that records a batch, with another statement for the counters."""
    record: str = context.script.get_revision("0003").module.RECORD
    assert BY_NAME in record
    return record.replace(BY_NAME, counting).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
