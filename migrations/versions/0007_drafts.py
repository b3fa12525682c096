"""Drafts of rulebooks, and where a version came from.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GRANT = """
GRANT SELECT, INSERT, UPDATE (name, document, revision, updated_at, updated_by, deleted_at, deleted_by)
    ON rulebook_drafts TO rung_app
"""


def upgrade() -> None:
    op.create_table(
        "rulebook_drafts",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("rulebook_drafts_pkey")),
    )
    op.execute(GRANT)
    op.add_column("rulebooks", sa.Column("draft_id", sa.Uuid()))
    op.add_column("rulebooks", sa.Column("restores", sa.Integer()))


def downgrade() -> None:
    op.drop_column("rulebooks", "restores")
    op.drop_column("rulebooks", "draft_id")
    op.drop_table("rulebook_drafts")
