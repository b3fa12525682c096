"""Shadows look at refunds and at activities.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PURCHASE = "2"
UPDATED = "live_points, draft_points, counts, differs, why, seen"


def upgrade() -> None:
    op.add_column("shadow_differences", sa.Column("kind", sa.SmallInteger(), nullable=False, server_default=PURCHASE))
    op.add_column("shadow_differences", sa.Column("differs", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("shadow_differences", sa.Column("seen", postgresql.JSON()))
    # What was there before is a purchase that differs; from now on it is said.
    op.execute("-- squawk-ignore ban-drop-default\nALTER TABLE shadow_differences ALTER kind DROP DEFAULT")
    op.execute("-- squawk-ignore ban-drop-default\nALTER TABLE shadow_differences ALTER differs DROP DEFAULT")
    op.execute(f"GRANT UPDATE ({UPDATED}) ON shadow_differences TO rung_app")


def downgrade() -> None:
    op.execute("REVOKE UPDATE ON shadow_differences FROM rung_app")
    op.drop_column("shadow_differences", "seen")
    op.drop_column("shadow_differences", "differs")
    op.drop_column("shadow_differences", "kind")
