"""Corrections of purchases that were decided under a faulty version, and shadows of drafts.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT, UPDATE (state, position, checked, approved_by, approved_at) ON corrections TO rung_app;
GRANT SELECT, INSERT, UPDATE (state, up, down, code, booked_as) ON correction_lines TO rung_app;
GRANT SELECT, INSERT, UPDATE (state, number, stopped_at, stopped_by, compared, unknown, live_points, draft_points)
    ON rulebook_shadows TO rung_app;
GRANT SELECT, INSERT ON shadow_differences TO rung_app;
"""


def upgrade() -> None:
    _corrections()
    _shadows()
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)


def downgrade() -> None:
    op.drop_table("shadow_differences")
    op.drop_table("rulebook_shadows")
    op.drop_table("correction_lines")
    op.drop_table("corrections")


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("under", sa.Integer(), nullable=False),
        sa.Column("versions", postgresql.ARRAY(sa.Integer())),
        sa.Column("from_at", sa.DateTime(timezone=True)),
        sa.Column("until_at", sa.DateTime(timezone=True)),
        sa.Column("facts", postgresql.ARRAY(sa.Uuid())),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_number", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('checking', 'ready', 'applying', 'applied')", name=op.f("corrections_state_check")
        ),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("corrections_pkey")),
    )
    op.create_index(
        "corrections_waiting_idx",
        "corrections",
        ["program_id"],
        postgresql_where=sa.text("state IN ('checking', 'applying')"),
    )
    op.create_table(
        "correction_lines",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("up", sa.BigInteger(), nullable=False),
        sa.Column("down", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("booked_as", sa.Uuid()),
        sa.CheckConstraint(
            "state IN ('open', 'unknown', 'nothing', 'refused', 'done')", name=op.f("correction_lines_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["program_id", "correction_id"],
            ["corrections.program_id", "corrections.id"],
            name=op.f("correction_lines_program_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "correction_id", "fact_id", name=op.f("correction_lines_pkey")),
    )


def _shadows() -> None:
    op.create_table(
        "rulebook_shadows",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_number", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        sa.Column("stopped_by", sa.Uuid()),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("live_points", sa.Numeric(38, 0), nullable=False),
        sa.Column("draft_points", sa.Numeric(38, 0), nullable=False),
        sa.CheckConstraint("state IN ('running', 'stopped')", name=op.f("rulebook_shadows_state_check")),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("rulebook_shadows_pkey")),
    )
    op.create_index("rulebook_shadows_draft_idx", "rulebook_shadows", ["program_id", "draft_id", "id"])
    op.create_index(
        "rulebook_shadows_running_idx",
        "rulebook_shadows",
        ["program_id"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "shadow_differences",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("shadow_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("live_points", sa.BigInteger(), nullable=False),
        sa.Column("draft_points", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.BigInteger(), nullable=False),
        sa.Column("why", postgresql.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id", "shadow_id"],
            ["rulebook_shadows.program_id", "rulebook_shadows.id"],
            name=op.f("shadow_differences_program_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "shadow_id", "number", name=op.f("shadow_differences_pkey")),
    )
