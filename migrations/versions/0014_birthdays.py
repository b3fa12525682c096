"""Whose birthday it is, and which programmes want to know.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "member_details_birthday_idx",
        "member_details",
        ["program_id", "birth_month", "birth_day"],
        postgresql_where=sa.text("birth_month IS NOT NULL"),
    )
    op.create_index(
        "rulebooks_birthdays_idx",
        "rulebooks",
        ["program_id"],
        postgresql_where=sa.text("(document ->> 'birthday_notice_days') IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("rulebooks_birthdays_idx", table_name="rulebooks")
    op.drop_index("member_details_birthday_idx", table_name="member_details")
