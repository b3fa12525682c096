"""People: phones lead to members, cards can be blocked, consents are kept, and what is personal can be destroyed.

Revision ID: 0004
Revises: 0003
"""

import phonenumbers
import sqlalchemy as sa
from alembic import context, op
from babel.core import get_global
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The service may delete where personal data lives, and nowhere else.
GRANTS = """
GRANT SELECT, INSERT, DELETE ON member_secrets TO rung_app;
GRANT SELECT, INSERT, UPDATE (note) ON consents TO rung_app;
GRANT SELECT, INSERT ON erasures TO rung_app;
GRANT DELETE ON member_identifiers, purchase_metadata TO rung_app;
"""
# The rows are a member's few: checking them all takes less than the patience of whoever waits for the lock.
KINDS = """
-- squawk-ignore ban-drop-constraint
ALTER TABLE member_identifiers DROP CONSTRAINT member_identifiers_kind_check,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT member_identifiers_kind_check CHECK (kind IN ('external_id', 'card', 'phone')),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT member_identifiers_blocked_check CHECK (blocked_at IS NULL OR kind = 'card')
"""
# Two random UUIDs hold 244 bits of chance.
GIVE_SECRETS = """
INSERT INTO member_secrets (program_id, member_id, secret)
SELECT program_id, id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) FROM members
"""
# Until now the programme's secret alone stood between a digest and the phone number in the body behind it.
KEY_DIGESTS = """
UPDATE configuration_requests c SET digest = sha256(s.secret || c.digest)
FROM member_secrets s WHERE s.program_id = c.scope AND s.member_id::text = c.resource
"""
PHONES = """
SELECT m.program_id, m.id, m.phone, p.zone, p.currency FROM members m JOIN programs p ON p.id = m.program_id
WHERE m.phone IS NOT NULL ORDER BY m.created_at, m.id
"""
IDENTIFY = """
INSERT INTO member_identifiers (program_id, kind, source, value, member_id)
VALUES (:program_id, 'phone', 0, :value, :member_id) ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.add_column("members", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("member_identifiers", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("member_identifiers", sa.Column("blocked_reason", sa.Text(), nullable=True))
    op.add_column("member_identifiers", sa.Column("replaced_by", sa.Text(), nullable=True))
    op.execute(KINDS)
    op.create_table(
        "member_secrets",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("member_secrets_program_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("member_secrets_pkey")),
    )
    op.create_table(
        "consents",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("consents_program_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "member_id", "number", name=op.f("consents_pkey")),
    )
    op.create_table(
        "erasures",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id", "member_id"],
            ["members.program_id", "members.id"],
            name=op.f("erasures_program_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("program_id", "member_id", name=op.f("erasures_pkey")),
    )
    op.execute(GIVE_SECRETS)
    op.execute(KEY_DIGESTS)
    if not context.is_offline_mode():
        _identify_by_phone(op.get_bind())
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)


def _identify_by_phone(connection: sa.Connection) -> None:
    """Phones that are there lead to their members from now on; one that two members gave leads to the first."""
    territories, identify = get_global("zone_territories"), sa.text(IDENTIFY)
    for program_id, member_id, phone, zone, currency in connection.execute(sa.text(PHONES)).all():
        try:
            region = next(
                (r for r in (territories.get(zone), currency[:2]) if r in phonenumbers.SUPPORTED_REGIONS), None
            )
            number = phonenumbers.parse(phone, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            connection.execute(identify, {"program_id": program_id, "member_id": member_id, "value": value})


def downgrade() -> None:
    op.execute("REVOKE DELETE ON member_identifiers, purchase_metadata FROM rung_app")
    op.drop_table("erasures")
    op.drop_table("consents")
    op.drop_table("member_secrets")
    op.execute("DELETE FROM member_identifiers WHERE kind = 'phone'")
    for name in ("blocked", "kind"):
        op.drop_constraint(op.f(f"member_identifiers_{name}_check"), "member_identifiers", type_="check")
    op.create_check_constraint(
        op.f("member_identifiers_kind_check"), "member_identifiers", "kind IN ('external_id', 'card')"
    )
    for name in ("replaced_by", "blocked_reason", "blocked_at"):
        op.drop_column("member_identifiers", name)
    op.drop_column("members", "erased_at")
