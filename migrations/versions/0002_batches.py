"""The functions by which a lane opens and records a batch: a round trip each, plain statements inside.

The types are its own and not those of the tables, so that a table may get a column while processes of the release
before still record. A release that records more makes a new function and leaves this one until nobody calls it.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TYPES = {
    "recorded_account": """member_id uuid, balance bigint, debt bigint, entries int, lots int, now_at timestamptz,
        due_at timestamptz, enrolled_at timestamptz, tier text, tier_since timestamptz, tier_moves int,
        review_at timestamptz, window_day int, window_points bigint, oldest_day int, referrer uuid,
        referral_until timestamptz, referral_purchase uuid""",
    "recorded_entry": """member_id uuid, number int, fact_id uuid, kind text, points bigint, balance_after bigint,
        effective_at timestamptz, booked_at timestamptz, lot int""",
    "recorded_lot": """member_id uuid, number int, fact_id uuid, earned_at timestamptz, expires_at timestamptz,
        granted bigint, remaining bigint, used bigint, expired bigint, reversed bigint, uncollected bigint""",
    "recorded_tally": "member_id uuid, day date, points bigint, spend_minor bigint, visits int",
    "recorded_tier_move": """member_id uuid, number int, tier text, at timestamptz, reason text,
        review_at timestamptz""",
    "recorded_reversal": "fact_id uuid, reversed_by uuid",
    "recorded_metadata": "fact_id uuid, metadata text",
    "recorded_row": """id uuid, external_key uuid, member_id uuid, source smallint, happened_at timestamptz,
        decided_at timestamptz, rulebooks_known int, engine smallint, kind smallint, has_effects boolean,
        command bytea, change bytea""",
}

# The accounts first, locked in id order; then, in a statement of its own and so with a snapshot that was taken after
# the locks were granted, the clock and the keys that are used.
OPEN = """
CREATE FUNCTION open_batch(
    program uuid, asked uuid[], facts uuid[], externals uuid[],
    OUT locked recorded_account[], OUT clock timestamptz, OUT versions int, OUT used uuid[], OUT external_used uuid[]
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(array_agg(row(v.*)::recorded_account), '{}') INTO locked FROM (
        SELECT a.member_id, a.balance, a.debt, a.entries, a.lots, a.now_at, a.due_at, a.enrolled_at, a.tier,
            a.tier_since, a.tier_moves, a.review_at, a.window_day, a.window_points, a.oldest_day, a.referrer,
            a.referral_until, a.referral_purchase
        FROM accounts a WHERE a.program_id = program AND a.member_id = ANY(asked)
        ORDER BY a.member_id FOR UPDATE
    ) v;
    SELECT coalesce(p.test_now, clock_timestamp()), p.rulebook_version,
        ARRAY(SELECT j.id FROM journal j WHERE j.program_id = program AND j.id = ANY(facts)),
        ARRAY(SELECT j.external_key FROM journal j WHERE j.program_id = program AND j.external_key = ANY(externals))
    INTO STRICT clock, versions, used, external_used FROM programs p WHERE p.id = program;
END
$$
"""
# Returns the number before the first of the batch's rows. The counter stays locked from its bump to the commit, so the
# bump comes last but one.
RECORD = """
CREATE FUNCTION record_batch(
    program uuid, changed recorded_account[], posted recorded_entry[], opened recorded_lot[], moved recorded_lot[],
    tallied recorded_tally[], tiers recorded_tier_move[], undone recorded_reversal[], attached recorded_metadata[],
    journaled recorded_row[], digest bytea
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    base bigint;
    link bytea;
BEGIN
    UPDATE accounts a SET balance = v.balance, debt = v.debt, entries = v.entries, lots = v.lots, now_at = v.now_at,
        due_at = v.due_at, enrolled_at = v.enrolled_at, tier = v.tier, tier_since = v.tier_since,
        tier_moves = v.tier_moves, review_at = v.review_at, window_day = v.window_day,
        window_points = v.window_points, oldest_day = v.oldest_day, referrer = v.referrer,
        referral_until = v.referral_until, referral_purchase = v.referral_purchase
    FROM unnest(changed) v WHERE a.program_id = program AND a.member_id = v.member_id;
    IF cardinality(posted) > 0 THEN
        INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at,
            booked_at, lot)
        SELECT program, v.* FROM unnest(posted) v;
    END IF;
    IF cardinality(opened) > 0 THEN
        INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, used,
            expired, reversed, uncollected, is_open)
        SELECT program, v.*, v.remaining > 0 FROM unnest(opened) v;
    END IF;
    IF cardinality(moved) > 0 THEN
        UPDATE lots l SET remaining = v.remaining, used = v.used, expired = v.expired, reversed = v.reversed,
            uncollected = v.uncollected, is_open = v.remaining > 0
        FROM unnest(moved) v
        WHERE l.program_id = program AND l.member_id = v.member_id AND l.number = v.number;
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
    WHERE c.program_id = program RETURNING c.number - cardinality(journaled), c.chain INTO STRICT base, link;
    INSERT INTO journal (program_id, number, id, external_key, member_id, source, happened_at, decided_at,
        rulebooks_known, engine, kind, has_effects, command, change, chain)
    SELECT program, base + v.place, v.id, v.external_key, v.member_id, v.source, v.happened_at, v.decided_at,
        v.rulebooks_known, v.engine, v.kind, v.has_effects, v.command, v.change, link
    FROM unnest(journaled) WITH ORDINALITY AS v(id, external_key, member_id, source, happened_at, decided_at,
        rulebooks_known, engine, kind, has_effects, command, change, place);
    RETURN base;
END
$$
"""
OPEN_SIGNATURE = "open_batch(uuid, uuid[], uuid[], uuid[])"
RECORD_SIGNATURE = """record_batch(uuid, recorded_account[], recorded_entry[], recorded_lot[], recorded_lot[],
    recorded_tally[], recorded_tier_move[], recorded_reversal[], recorded_metadata[], recorded_row[], bytea)"""


def upgrade() -> None:
    for name, attributes in TYPES.items():
        op.execute(f"CREATE TYPE {name} AS ({attributes})")
    op.execute(OPEN)
    op.execute(RECORD)
    for signature in (OPEN_SIGNATURE, RECORD_SIGNATURE):
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO rung_app")


def downgrade() -> None:
    for signature in (OPEN_SIGNATURE, RECORD_SIGNATURE):
        op.execute(f"DROP FUNCTION {signature}")
    for name in TYPES:
        op.execute(f"DROP TYPE {name}")
