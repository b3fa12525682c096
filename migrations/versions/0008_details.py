"""What members have told of themselves, the codes that they give to friends, and who sent them without one.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON member_details TO rung_app;
GRANT SELECT, INSERT, UPDATE (member_id), DELETE ON member_devices TO rung_app;
GRANT SELECT, INSERT, UPDATE (member_id, valid_from, valid_until), DELETE ON member_codes TO rung_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON referral_answers TO rung_app;
GRANT SELECT, INSERT, UPDATE ON referral_totals TO rung_app;
"""
# Whoever asks whom a member has brought finds them without looking at every account.
FRIENDS = """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX accounts_referrer_idx ON accounts (program_id, referrer) WHERE referrer IS NOT NULL
"""
# The totals are counted anew from the journal, so that those of referrals begin at its beginning, too.
RECOUNT = ("DELETE FROM daily_totals", "DELETE FROM followers WHERE name = 'totals'")


def upgrade() -> None:
    op.create_table(
        "member_details",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("birth_month", sa.SmallInteger(), nullable=True),
        sa.Column("birth_day", sa.SmallInteger(), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _member("member_details"),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("member_details_pkey")),
    )
    op.create_table(
        "member_devices",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _member("member_devices"),
        sa.PrimaryKeyConstraint("program_id", "member_id", "digest", name=op.f("member_devices_pkey")),
    )
    op.create_table(
        "member_codes",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _member("member_codes"),
        sa.PrimaryKeyConstraint("program_id", "code", name=op.f("member_codes_pkey")),
    )
    op.create_index(op.f("member_codes_program_id_member_id_idx"), "member_codes", ["program_id", "member_id"])
    op.create_table(
        "referral_answers",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _member("referral_answers"),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("referral_answers_pkey")),
    )
    op.create_table(
        "referral_totals",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "day", "kind", name=op.f("referral_totals_pkey")),
    )
    op.execute(FRIENDS)
    for statement in RECOUNT:
        op.execute(statement)
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)


def _member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["program_id", "member_id"], ["members.program_id", "members.id"], name=op.f(f"{table}_program_id_fkey")
    )


def downgrade() -> None:
    op.drop_index("accounts_referrer_idx", "accounts")
    for table in ("referral_totals", "referral_answers", "member_codes", "member_devices", "member_details"):
        op.drop_table(table)
