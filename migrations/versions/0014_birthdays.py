"""Whose birthday it is, and which programmes want to know.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Few rows have a birthday, and there are few rulebooks: their tables wait for less than a second.
MEMBERS = """member_details_birthday_idx ON member_details (program_id, birth_month, birth_day)
    WHERE birth_month IS NOT NULL"""
RULEBOOKS = """rulebooks_birthdays_idx ON rulebooks (program_id)
    WHERE (document ->> 'birthday_notice_days') IS NOT NULL"""


def upgrade() -> None:
    for index in (MEMBERS, RULEBOOKS):
        op.execute(f"-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX {index}")


def downgrade() -> None:
    op.drop_index("rulebooks_birthdays_idx", table_name="rulebooks")
    op.drop_index("member_details_birthday_idx", table_name="member_details")
