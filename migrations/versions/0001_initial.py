"""The first schema, and what the service may do with it: the journal and the entries only grow.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The role that the service connects as. A cluster's administrator creates it once (docs/deploy.md).
GRANTS = """
GRANT USAGE ON SCHEMA public TO rung_app;
GRANT SELECT ON alembic_version TO rung_app;
GRANT SELECT, INSERT ON journal, entries, tier_moves, reversals, rulebooks, sources, purchase_metadata,
    configuration_requests TO rung_app;
GRANT SELECT, INSERT, UPDATE ON accounts, lots, tallies, program_counters, followers, members,
    member_identifiers TO rung_app;
GRANT SELECT, INSERT, UPDATE (test_now, rulebook_version) ON programs TO rung_app;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_keys TO rung_app;
"""


def upgrade() -> None:
    op.create_table(
        "configuration_requests",
        sa.Column("scope", sa.Uuid(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "source", "key", name=op.f("configuration_requests_pkey")),
    )
    op.create_table(
        "entries",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "member_id", "number", name=op.f("entries_pkey")),
    )
    op.create_table(
        "followers",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "name", name=op.f("followers_pkey")),
    )
    op.create_table(
        "journal",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_key", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rulebooks_known", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("engine", sa.SmallInteger(), nullable=False),
        sa.Column("has_effects", sa.Boolean(), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("change", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "number", name=op.f("journal_pkey")),
    )
    op.create_index(
        "journal_effects_idx",
        "journal",
        ["program_id", "number"],
        unique=False,
        postgresql_where=sa.text("has_effects"),
    )
    op.create_index(
        "journal_program_id_external_key_key",
        "journal",
        ["program_id", "external_key"],
        unique=True,
        postgresql_where=sa.text("external_key IS NOT NULL"),
    )
    op.create_index("journal_program_id_id_key", "journal", ["program_id", "id"], unique=True)
    op.create_table(
        "lots",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("expired", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reversed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("uncollected", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("granted = remaining + used + expired + reversed", name=op.f("lots_conserved_check")),
        sa.CheckConstraint("remaining >= 0 AND is_open = (remaining > 0)", name=op.f("lots_open_check")),
        sa.PrimaryKeyConstraint("program_id", "member_id", "number", name=op.f("lots_pkey")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_index(
        "lots_spending_order_idx",
        "lots",
        ["program_id", "member_id", "expires_at", "earned_at", "number"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_table(
        "members",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("referral_code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("members_pkey")),
        sa.UniqueConstraint("program_id", "referral_code", name=op.f("members_program_id_referral_code_key")),
    )
    op.create_table(
        "program_counters",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", name=op.f("program_counters_pkey")),
    )
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("test_now", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("rulebook_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("programs_currency_check")),
        sa.CheckConstraint("sandbox OR test_now IS NULL", name=op.f("programs_test_now_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("programs_pkey")),
    )
    op.create_table(
        "purchase_metadata",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "fact_id", name=op.f("purchase_metadata_pkey")),
    )
    op.create_table(
        "reversals",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("reversed_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "fact_id", "reversed_by", name=op.f("reversals_pkey")),
    )
    op.create_table(
        "tallies",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("spend_minor", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "member_id", "day", name=op.f("tallies_pkey")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "tier_moves",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("program_id", "member_id", "number", name=op.f("tier_moves_pkey")),
    )
    op.create_table(
        "accounts",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("debt", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("window_points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("now_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tier_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referral_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lots", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tier_moves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("window_day", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("oldest_day", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("referrer", sa.Uuid(), nullable=True),
        sa.Column("referral_purchase", sa.Uuid(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.CheckConstraint("debt = 0 OR balance + debt = 0", name=op.f("accounts_debt_check")),
        sa.CheckConstraint("debt >= 0 AND balance + debt >= 0", name=op.f("accounts_free_check")),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("accounts_program_id_member_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("accounts_pkey")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        op.f("accounts_program_id_due_at_idx"),
        "accounts",
        ["program_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "member_identifiers",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('external_id', 'card')", name=op.f("member_identifiers_kind_check")),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("member_identifiers_program_id_member_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "kind", "source", "value", name=op.f("member_identifiers_pkey")),
    )
    op.create_index(
        op.f("member_identifiers_program_id_member_id_idx"),
        "member_identifiers",
        ["program_id", "member_id"],
        unique=False,
    )
    op.create_table(
        "rulebooks",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("rulebooks_program_id_fkey")),
        sa.PrimaryKeyConstraint("program_id", "version", name=op.f("rulebooks_pkey")),
    )
    op.create_table(
        "sources",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("sources_program_id_fkey")),
        sa.PrimaryKeyConstraint("program_id", "number", name=op.f("sources_pkey")),
        sa.UniqueConstraint("program_id", "name", name=op.f("sources_program_id_name_key")),
    )
    op.create_table(
        "api_keys",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id", "source"],
            ["sources.program_id", "sources.number"],
            name=op.f("api_keys_program_id_source_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("api_keys_pkey")),
        sa.UniqueConstraint("digest", name=op.f("api_keys_digest_key")),
    )
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)


def downgrade() -> None:
    op.drop_table("api_keys")
    op.drop_table("sources")
    op.drop_table("rulebooks")
    op.drop_index(op.f("member_identifiers_program_id_member_id_idx"), table_name="member_identifiers")
    op.drop_table("member_identifiers")
    op.drop_index(
        op.f("accounts_program_id_due_at_idx"), table_name="accounts", postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.drop_table("accounts")
    op.drop_table("tier_moves")
    op.drop_table("tallies")
    op.drop_table("reversals")
    op.drop_table("purchase_metadata")
    op.drop_table("programs")
    op.drop_table("program_counters")
    op.drop_table("members")
    op.drop_index("lots_spending_order_idx", table_name="lots", postgresql_where=sa.text("is_open"))
    op.drop_table("lots")
    op.drop_index("journal_program_id_id_key", table_name="journal")
    op.drop_index(
        "journal_program_id_external_key_key",
        table_name="journal",
        postgresql_where=sa.text("external_key IS NOT NULL"),
    )
    op.drop_index("journal_effects_idx", table_name="journal", postgresql_where=sa.text("has_effects"))
    op.drop_table("journal")
    op.drop_table("followers")
    op.drop_table("entries")
    op.drop_table("configuration_requests")
