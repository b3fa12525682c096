"""Pending points, holds, wallets, rewards: what the lifecycle of points needs beside 0001.

What is rare stands in columns and tables of its own, and the functions by which a lane opens and records a batch take
it in arguments of its own: an account, a lot or a batch without any of it costs what it did before. Nothing that calls
the functions of 0002 was ever released, so they go at once.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON purses, holds, counters, stocks, code_pools, awaiting_refunds,
    adjustment_requests TO rung_app;
GRANT SELECT, INSERT ON pool_codes, voucher_codes, cancelled_keys TO rung_app;
"""
# Nothing was released, so the tables are small wherever they are: no lock is held for long.
CONSTRAINTS = """
-- squawk-ignore ban-drop-constraint
ALTER TABLE accounts DROP CONSTRAINT accounts_free_check, DROP CONSTRAINT accounts_debt_check,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT accounts_aside_check CHECK (pending >= 0 AND held >= 0),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT accounts_free_check CHECK (debt >= 0 AND balance + debt - pending - held >= 0),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT accounts_debt_check CHECK (debt = 0 OR balance + debt - pending - held = 0);
-- squawk-ignore ban-drop-constraint
ALTER TABLE lots DROP CONSTRAINT lots_conserved_check,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT lots_conserved_check CHECK (granted = remaining + used + expired + reversed + moved),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT lots_held_check CHECK (held >= 0 AND held <= remaining);
-- squawk-ignore ban-drop-constraint
ALTER TABLE entries DROP CONSTRAINT entries_pkey,
    -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
    ADD CONSTRAINT entries_pkey PRIMARY KEY (program_id, member_id, wallet, number);
ALTER TABLE members
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT members_kind_check CHECK (kind IN ('person', 'anonymous', 'household'));
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX lots_pending_idx ON lots (program_id, member_id, available_at) WHERE is_open AND is_pending;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX lots_origin_idx ON lots (program_id, origin_member, origin_lot) WHERE origin_member IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX accounts_household_idx ON accounts (program_id, household) WHERE household IS NOT NULL
"""
LOT = """member_id uuid, number int, fact_id uuid, earned_at timestamptz, expires_at timestamptz, granted bigint,
    remaining bigint, used bigint, expired bigint, reversed bigint, uncollected bigint"""
LOT_REST = """wallet text, moved bigint, held bigint, is_pending boolean, available_at timestamptz, lapses boolean,
    noticed boolean, origin_member uuid, origin_lot int"""
TYPES = {
    # Absent where every part of it is as in a new account.
    "account_rest": """pending bigint, held bigint, lapses_at timestamptz, holds int, purses int, blocked boolean,
        household uuid, merged_into uuid, referral_lot int, continued uuid[], shifts int[]""",
    "whole_account": """member_id uuid, balance bigint, debt bigint, entries int, lots int, now_at timestamptz,
        due_at timestamptz, enrolled_at timestamptz, tier text, tier_since timestamptz, tier_moves int,
        review_at timestamptz, window_day int, window_points bigint, oldest_day int, referrer uuid,
        referral_until timestamptz, referral_purchase uuid, rest account_rest""",
    "lot_rest": LOT_REST,
    "whole_lot": f"{LOT}, {LOT_REST}",
    "recorded_purse": """member_id uuid, wallet text, balance bigint, debt bigint, entries int, pending bigint,
        held bigint, lapses_at timestamptz""",
    "recorded_hold": """hold uuid, member_id uuid, wallet text, until_at timestamptz, life_until_at timestamptz,
        rulebook int, lots int[], points bigint[], ended text""",
    "recorded_hold_move": "hold uuid, until_at timestamptz, ended text",
    "recorded_counter": "member_id uuid, name text, count bigint",
    "recorded_stock": "name text, taken bigint",
    "recorded_voucher": """member_id uuid, fact_id uuid, place smallint, code text, pool text, pool_place bigint""",
}

# As in 0002: the accounts first, locked in id order; everything else with a snapshot taken after that.
OPEN = """
CREATE FUNCTION open_batch_2(
    program uuid, asked uuid[], facts uuid[], externals uuid[],
    OUT locked whole_account[], OUT others recorded_purse[], OUT clock timestamptz, OUT versions int,
    OUT used uuid[], OUT external_used uuid[]
) LANGUAGE plpgsql AS $$
DECLARE
    has_purses boolean;
BEGIN
    SELECT coalesce(array_agg(row(v.*)::whole_account), '{}'), bool_or((v.rest).purses > 0)
    INTO locked, has_purses FROM (
        SELECT a.member_id, a.balance, a.debt, a.entries, a.lots, a.now_at, a.due_at, a.enrolled_at, a.tier,
            a.tier_since, a.tier_moves, a.review_at, a.window_day, a.window_points, a.oldest_day, a.referrer,
            a.referral_until, a.referral_purchase,
            CASE WHEN a.pending > 0 OR a.held > 0 OR a.lapses_at IS NOT NULL OR a.purses > 0 OR a.blocked
                OR a.household IS NOT NULL OR a.merged_into IS NOT NULL OR a.holds > 0
                OR a.referral_lot IS NOT NULL OR a.continued IS NOT NULL
            THEN row(a.pending, a.held, a.lapses_at, a.holds, a.purses, a.blocked, a.household,
                a.merged_into, a.referral_lot, a.continued, a.shifts)::account_rest END AS rest
        FROM accounts a WHERE a.program_id = program AND a.member_id = ANY(asked)
        ORDER BY a.member_id FOR UPDATE
    ) v;
    IF has_purses THEN
        SELECT array_agg(row(v.*)::recorded_purse) INTO others FROM (
            SELECT p.member_id, p.wallet, p.balance, p.debt, p.entries, p.pending, p.held, p.lapses_at
            FROM purses p WHERE p.program_id = program AND p.member_id = ANY(asked)
            ORDER BY p.member_id, p.wallet COLLATE "C"
        ) v;
    END IF;
    SELECT coalesce(p.test_now, clock_timestamp()), p.rulebook_version,
        ARRAY(SELECT j.id FROM journal j WHERE j.program_id = program AND j.id = ANY(facts)),
        ARRAY(SELECT j.external_key FROM journal j WHERE j.program_id = program AND j.external_key = ANY(externals))
    INTO STRICT clock, versions, used, external_used FROM programs p WHERE p.id = program;
END
$$
"""
ACCOUNT_COLUMNS = """balance = v.balance, debt = v.debt, entries = v.entries, lots = v.lots, now_at = v.now_at,
        due_at = v.due_at, enrolled_at = v.enrolled_at, tier = v.tier, tier_since = v.tier_since,
        tier_moves = v.tier_moves, review_at = v.review_at, window_day = v.window_day,
        window_points = v.window_points, oldest_day = v.oldest_day, referrer = v.referrer,
        referral_until = v.referral_until, referral_purchase = v.referral_purchase"""
LOT_COLUMNS = """remaining = v.remaining, used = v.used, expired = v.expired, reversed = v.reversed,
            uncollected = v.uncollected, is_open = v.remaining > 0"""
RARE = f"""
        IF cardinality(whole_accounts) > 0 THEN
            UPDATE accounts a SET {ACCOUNT_COLUMNS}, pending = (v.rest).pending, held = (v.rest).held,
                lapses_at = (v.rest).lapses_at, holds = (v.rest).holds, purses = (v.rest).purses,
                blocked = (v.rest).blocked, household = (v.rest).household, merged_into = (v.rest).merged_into,
                referral_lot = (v.rest).referral_lot, continued = (v.rest).continued, shifts = (v.rest).shifts
            FROM unnest(whole_accounts) v WHERE a.program_id = program AND a.member_id = v.member_id;
        END IF;
        IF cardinality(changed_purses) > 0 THEN
            INSERT INTO purses (program_id, member_id, wallet, balance, debt, entries, pending, held, lapses_at)
            SELECT program, v.* FROM unnest(changed_purses) v
            ON CONFLICT (program_id, member_id, wallet) DO UPDATE SET balance = excluded.balance,
                debt = excluded.debt, entries = excluded.entries, pending = excluded.pending, held = excluded.held,
                lapses_at = excluded.lapses_at;
        END IF;
        IF cardinality(whole_new_lots) > 0 THEN
            INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, used,
                expired, reversed, uncollected, wallet, moved, held, is_pending, available_at, lapses, noticed,
                origin_member, origin_lot, is_open)
            SELECT program, v.*, v.remaining > 0 FROM unnest(whole_new_lots) v;
        END IF;
        IF cardinality(whole_changed_lots) > 0 THEN
            UPDATE lots l SET {LOT_COLUMNS}, expires_at = v.expires_at, moved = v.moved, held = v.held,
                is_pending = v.is_pending, noticed = v.noticed
            FROM unnest(whole_changed_lots) v
            WHERE l.program_id = program AND l.member_id = v.member_id AND l.number = v.number;
        END IF;
        IF cardinality(placed) > 0 THEN
            INSERT INTO holds (program_id, hold, member_id, wallet, until_at, life_until_at, rulebook, lots, points,
                ended, is_active)
            SELECT program, v.*, v.ended IS NULL FROM unnest(placed) v
            ON CONFLICT (program_id, hold) DO UPDATE SET member_id = excluded.member_id,
                until_at = excluded.until_at, lots = excluded.lots, points = excluded.points,
                ended = excluded.ended, is_active = excluded.is_active;
        END IF;
        IF cardinality(hold_moves) > 0 THEN
            UPDATE holds h SET until_at = coalesce(v.until_at, h.until_at), ended = v.ended,
                is_active = v.ended IS NULL
            FROM unnest(hold_moves) v WHERE h.program_id = program AND h.hold = v.hold;
        END IF;
        IF cardinality(counted) > 0 THEN
            INSERT INTO counters (program_id, member_id, name, count) SELECT program, v.* FROM unnest(counted) v
            ON CONFLICT (program_id, member_id, name) DO UPDATE SET count = counters.count + excluded.count;
        END IF;
        IF cardinality(shared) > 0 THEN
            UPDATE stocks s SET taken = s.taken + v.taken
            FROM unnest(shared) v WHERE s.program_id = program AND s.name = v.name;
        END IF;
        IF cardinality(vouchers) > 0 THEN
            INSERT INTO voucher_codes (program_id, member_id, fact_id, place, code)
            SELECT program, v.member_id, v.fact_id, v.place, coalesce(v.code, c.code) FROM unnest(vouchers) v
            LEFT JOIN pool_codes c ON c.program_id = program AND c.pool = v.pool AND c.place = v.pool_place;
        END IF;"""  # noqa: S608  every part of it is above
# As in 0002; no parameter is called like a column of what it changes. A key that was refused in advance is found while
# the counter is locked, and whoever refuses one locks it too: of the request and its cancellation one sees the other.
RECORD = f"""
CREATE FUNCTION record_batch_2(
    program uuid, changed recorded_account[], posted recorded_entry[], new_lots recorded_lot[],
    changed_lots recorded_lot[], tallied recorded_tally[], tiers recorded_tier_move[], undone recorded_reversal[],
    attached recorded_metadata[], journaled recorded_row[], digest bytea, is_rare boolean DEFAULT false,
    whole_accounts whole_account[] DEFAULT NULL, changed_purses recorded_purse[] DEFAULT NULL,
    whole_new_lots whole_lot[] DEFAULT NULL, whole_changed_lots whole_lot[] DEFAULT NULL,
    placed recorded_hold[] DEFAULT NULL, hold_moves recorded_hold_move[] DEFAULT NULL,
    counted recorded_counter[] DEFAULT NULL, shared recorded_stock[] DEFAULT NULL,
    vouchers recorded_voucher[] DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    base bigint;
    link bytea;
    some_cancelled boolean;
BEGIN
    IF cardinality(changed) > 0 THEN
        UPDATE accounts a SET {ACCOUNT_COLUMNS}
        FROM unnest(changed) v WHERE a.program_id = program AND a.member_id = v.member_id;
    END IF;
    IF cardinality(posted) > 0 THEN
        INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at,
            booked_at, lot, wallet)
        SELECT program, v.* FROM unnest(posted) v;
    END IF;
    IF cardinality(new_lots) > 0 THEN
        INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, used,
            expired, reversed, uncollected, is_open)
        SELECT program, v.*, v.remaining > 0 FROM unnest(new_lots) v;
    END IF;
    IF cardinality(changed_lots) > 0 THEN
        UPDATE lots l SET {LOT_COLUMNS}
        FROM unnest(changed_lots) v
        WHERE l.program_id = program AND l.member_id = v.member_id AND l.number = v.number;
    END IF;
    IF is_rare THEN{RARE}
    END IF;
    IF cardinality(tallied) > 0 THEN
        INSERT INTO tallies (program_id, member_id, day, points, spend_minor, visits)
        SELECT program, v.* FROM unnest(tallied) v
        ON CONFLICT (program_id, member_id, day) DO UPDATE SET points = tallies.points + excluded.points,
            spend_minor = tallies.spend_minor + excluded.spend_minor, visits = tallies.visits + excluded.visits;
    END IF;
    IF cardinality(tiers) > 0 THEN
        INSERT INTO tier_moves (program_id, member_id, number, tier, at, reason, review_at)
        SELECT program, v.* FROM unnest(tiers) v;
    END IF;
    IF cardinality(undone) > 0 THEN
        INSERT INTO reversals (program_id, fact_id, reversed_by) SELECT program, v.* FROM unnest(undone) v;
    END IF;
    IF cardinality(attached) > 0 THEN
        INSERT INTO purchase_metadata (program_id, fact_id, metadata)
        SELECT program, v.fact_id, v.metadata::jsonb FROM unnest(attached) v;
    END IF;
    UPDATE program_counters c SET number = c.number + cardinality(journaled),
        chain = substring(sha256(c.chain || digest) FOR 16)
    WHERE c.program_id = program RETURNING c.number - cardinality(journaled), c.chain, c.cancelled > 0
    INTO STRICT base, link, some_cancelled;
    IF some_cancelled AND EXISTS (SELECT FROM unnest(journaled) v
        JOIN cancelled_keys c ON c.program_id = program AND c.fact_id = v.id) THEN
        RAISE EXCEPTION 'a key of this batch was cancelled' USING ERRCODE = 'RG001';
    END IF;
    INSERT INTO journal (program_id, number, id, external_key, member_id, source, happened_at, decided_at,
        rulebooks_known, engine, kind, has_effects, command, change, chain)
    SELECT program, base + v.place, v.id, v.external_key, v.member_id, v.source, v.happened_at, v.decided_at,
        v.rulebooks_known, v.engine, v.kind, v.has_effects, v.command, v.change, link
    FROM unnest(journaled) WITH ORDINALITY AS v(id, external_key, member_id, source, happened_at, decided_at,
        rulebooks_known, engine, kind, has_effects, command, change, place);
    RETURN base;
END
$$
"""  # noqa: S608  every part of it is above
OPEN_SIGNATURE = "open_batch_2(uuid, uuid[], uuid[], uuid[])"
RECORD_SIGNATURE = """record_batch_2(uuid, recorded_account[], recorded_entry[], recorded_lot[], recorded_lot[],
    recorded_tally[], recorded_tier_move[], recorded_reversal[], recorded_metadata[], recorded_row[], bytea, boolean,
    whole_account[], recorded_purse[], whole_lot[], whole_lot[], recorded_hold[], recorded_hold_move[],
    recorded_counter[], recorded_stock[], recorded_voucher[])"""

ZERO, FALSE, EMPTY = sa.text("0"), sa.text("false"), sa.text("''")
INSTANT = sa.DateTime(timezone=True)
COLUMNS: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any], sa.TextClause | None], ...]] = {
    "members": (("kind", sa.Text(), sa.text("'person'")),),
    "program_counters": (("cancelled", sa.Integer(), ZERO),),
    "accounts": (
        ("pending", sa.BigInteger(), ZERO),
        ("held", sa.BigInteger(), ZERO),
        ("lapses_at", INSTANT, None),
        ("holds", sa.Integer(), ZERO),
        ("purses", sa.Integer(), ZERO),
        ("blocked", sa.Boolean(), FALSE),
        ("household", sa.Uuid(), None),
        ("merged_into", sa.Uuid(), None),
        ("referral_lot", sa.Integer(), None),
        ("continued", postgresql.ARRAY(sa.Uuid()), None),
        ("shifts", postgresql.ARRAY(sa.Integer()), None),
    ),
    "lots": (
        ("moved", sa.BigInteger(), ZERO),
        ("held", sa.BigInteger(), ZERO),
        ("available_at", INSTANT, None),
        ("is_pending", sa.Boolean(), FALSE),
        ("lapses", sa.Boolean(), FALSE),
        ("noticed", sa.Boolean(), FALSE),
        ("origin_lot", sa.Integer(), None),
        ("origin_member", sa.Uuid(), None),
        ("wallet", sa.Text(), EMPTY),
    ),
    "entries": (("wallet", sa.Text(), EMPTY),),
}
TABLES = (
    "adjustment_requests",
    "cancelled_keys",
    "awaiting_refunds",
    "voucher_codes",
    "pool_codes",
    "code_pools",
    "stocks",
    "counters",
    "holds",
    "purses",
)


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    for statement in CONSTRAINTS.split(";"):
        op.execute(statement)
    _create_tables_of_members()
    _create_tables_of_programmes()
    _create_queues()
    for grant in GRANTS.strip().split(";")[:-1]:
        op.execute(grant)
    batches = context.script.get_revision("0002").module
    for signature in (batches.OPEN_SIGNATURE, batches.RECORD_SIGNATURE):
        op.execute(f"-- squawk-ignore ban-drop-function\nDROP FUNCTION {signature}")
    op.execute("ALTER TYPE recorded_entry ADD ATTRIBUTE wallet text")
    for name, attributes in TYPES.items():
        op.execute(f"CREATE TYPE {name} AS ({attributes})")
    op.execute(OPEN)
    op.execute(RECORD)
    _grant(OPEN_SIGNATURE, RECORD_SIGNATURE)


def _grant(*signatures: str) -> None:
    for signature in signatures:
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO rung_app")


def _create_tables_of_members() -> None:
    op.create_table(
        "purses",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("debt", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("pending", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("held", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("lapses_at", INSTANT, nullable=True),
        sa.Column("entries", sa.Integer(), server_default=ZERO, nullable=False),
        sa.CheckConstraint("pending >= 0 AND held >= 0", name=op.f("purses_aside_check")),
        sa.CheckConstraint("debt >= 0 AND balance + debt - pending - held >= 0", name=op.f("purses_free_check")),
        sa.CheckConstraint("debt = 0 OR balance + debt - pending - held = 0", name=op.f("purses_debt_check")),
        sa.PrimaryKeyConstraint("program_id", "member_id", "wallet", name=op.f("purses_pkey")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "holds",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hold", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("life_until_at", INSTANT, nullable=False),
        sa.Column("rulebook", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("lots", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("points", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("is_active = (ended IS NULL)", name=op.f("holds_ended_check")),
        sa.CheckConstraint("cardinality(lots) = cardinality(points)", name=op.f("holds_lots_check")),
        sa.PrimaryKeyConstraint("program_id", "hold", name=op.f("holds_pkey")),
    )
    op.create_index("holds_active_idx", "holds", ["program_id", "member_id"], postgresql_where=sa.text("is_active"))
    op.create_table(
        "counters",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "member_id", "name", name=op.f("counters_pkey")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "voucher_codes",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "code", name=op.f("voucher_codes_pkey")),
    )
    op.create_index(op.f("voucher_codes_program_id_fact_id_idx"), "voucher_codes", ["program_id", "fact_id"])


def _create_tables_of_programmes() -> None:
    op.create_table(
        "stocks",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("taken", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("stocks_taken_check")),
        sa.PrimaryKeyConstraint("program_id", "name", name=op.f("stocks_pkey")),
        postgresql_with={"fillfactor": "80"},
    )
    op.create_table(
        "code_pools",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), server_default=ZERO, nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "pool", name=op.f("code_pools_pkey")),
    )
    op.create_table(
        "pool_codes",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", "pool", "place", name=op.f("pool_codes_pkey")),
        sa.UniqueConstraint("program_id", "code", name=op.f("pool_codes_program_id_code_key")),
    )


def _create_queues() -> None:
    op.create_table(
        "awaiting_refunds",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purchase_key", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'recorded', 'refused')", name=op.f("awaiting_refunds_state_check")),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("awaiting_refunds_pkey")),
    )
    op.create_index(
        "awaiting_refunds_waiting_idx",
        "awaiting_refunds",
        ["program_id", "purchase_key"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "cancelled_keys",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("not_after", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("program_id", "fact_id", name=op.f("cancelled_keys_pkey")),
    )
    op.create_table(
        "adjustment_requests",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected')", name=op.f("adjustment_requests_state_check")
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("adjustment_requests_second_person_check")),
        sa.PrimaryKeyConstraint("program_id", "id", name=op.f("adjustment_requests_pkey")),
    )
    op.create_index(
        "adjustment_requests_pending_idx",
        "adjustment_requests",
        ["program_id", "created_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )


def downgrade() -> None:
    batches = context.script.get_revision("0002").module
    for signature in (OPEN_SIGNATURE, RECORD_SIGNATURE):
        op.execute(f"DROP FUNCTION {signature}")
    for name in reversed(TYPES):
        op.execute(f"DROP TYPE {name}")
    op.execute("ALTER TYPE recorded_entry DROP ATTRIBUTE wallet")
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("accounts_household_idx", "accounts")
    op.drop_index("lots_origin_idx", "lots")
    op.drop_index("lots_pending_idx", "lots")
    op.drop_constraint(op.f("members_kind_check"), "members", type_="check")
    op.execute("ALTER TABLE entries DROP CONSTRAINT entries_pkey")
    op.execute("ALTER TABLE entries ADD CONSTRAINT entries_pkey PRIMARY KEY (program_id, member_id, number)")
    for table, name in (("lots", "held"), ("lots", "conserved"), *(("accounts", n) for n in ("debt", "free", "aside"))):
        op.drop_constraint(op.f(f"{table}_{name}_check"), table, type_="check")
    for table, columns in COLUMNS.items():
        for name, _, _ in reversed(columns):
            op.drop_column(table, name)
    op.create_check_constraint(op.f("lots_conserved_check"), "lots", "granted = remaining + used + expired + reversed")
    op.create_check_constraint(op.f("accounts_free_check"), "accounts", "debt >= 0 AND balance + debt >= 0")
    op.create_check_constraint(op.f("accounts_debt_check"), "accounts", "debt = 0 OR balance + debt = 0")
    op.execute(batches.OPEN)
    op.execute(batches.RECORD)
    _grant(batches.OPEN_SIGNATURE, batches.RECORD_SIGNATURE)
