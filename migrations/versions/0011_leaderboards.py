"""Names under which members want to be seen on leaderboards, and an index that finds who is on one.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GRANT = "GRANT SELECT, INSERT, UPDATE (nickname, updated_at), DELETE ON member_nicknames TO rung_app"
# Not by the count: an indexed column that changes with every activity would end updates in place for all counters.
BOARDS = """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX counters_boards_idx ON counters (program_id, name, day, member_id) WHERE name LIKE 'board/%'
"""


def upgrade() -> None:
    op.create_table(
        "member_nicknames",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("member_nicknames_program_id_member_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("member_nicknames_pkey")),
    )
    op.execute(GRANT)
    op.execute(BOARDS)


def downgrade() -> None:
    op.drop_index("counters_boards_idx", table_name="counters")
    op.drop_table("member_nicknames")
