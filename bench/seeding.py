"""Members with many lots, written straight into the tables: what would take hours to earn is there in seconds.

Accounts, lots and entries agree, as the checks of the run demand; there are no journal rows for them.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.engine import typeids
from bench.machine import Postgres

SEED: Final = """
CREATE UNLOGGED TABLE IF NOT EXISTS {table} (member uuid NOT NULL);
TRUNCATE {table};
INSERT INTO {table} SELECT gen_random_uuid() FROM generate_series(1, {members});
INSERT INTO members (program_id, id, language, referral_code, created_at, updated_at)
    SELECT '{program}', member, 'vi', 'S' || replace(member::text, '-', ''), now(), now() FROM {table};
INSERT INTO accounts (program_id, member_id, balance, now_at, due_at, enrolled_at, entries, lots, oldest_day)
    SELECT '{program}', member, {lots} * {points}, now() - interval '2 days', {due_at}, now() - interval '2 days',
        {entries}, {lots}, current_date - date '0001-01-01' FROM {table};
INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, is_open, noticed)
    SELECT '{program}', member, n, gen_random_uuid(), now() - interval '1 day', {expires_at}, {points}, {points}, true,
        {noticed} FROM {table}, generate_series(1, {lots}) AS n;
INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at, booked_at, lot)
    SELECT '{program}', member, n, gen_random_uuid(), 'accrual', {points}, n * {points}, now(), now(), n
    FROM {table}, generate_series(1, {lots}) AS n;
INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at, booked_at)
    SELECT '{program}', member, n, gen_random_uuid(), 'adjustment', CASE (n - {lots}) % 2 WHEN 1 THEN 1 ELSE -1 END,
        {lots} * {points} + (n - {lots}) % 2, now(), now()
    FROM {table}, generate_series({lots} + 1, {entries}) AS n;
"""
# Nothing falls due while we measure: word is given of lots two weeks before they expire.
LASTING: Final = {
    "table": "bench_lasting",
    "due_at": "now() + interval '40 days'",
    "expires_at": "now() + (60 + n % 300) * interval '1 day'",
    "noticed": "false",
}
# Everything has expired, word of it was given in time, and the sweeper does not know yet.
LAPSED: Final = {
    "table": "bench_lapsed",
    "due_at": "NULL",
    "expires_at": "now() - interval '1 hour'",
    "noticed": "true",
}


def lasting(server: Postgres, program: UUID, *, members: int, lots: int, entries: int, points: int) -> Sequence[str]:
    """New members with so many lots of so many points, and as many entries or an even number more; their ids."""
    assert (entries - lots) % 2 == 0, "what is not the entry of a lot comes and goes"
    server.run(
        SEED.format(program=program, members=members, lots=lots, entries=entries, points=points, **LASTING)
        + "ANALYZE lots; ANALYZE entries; ANALYZE accounts;"
    )
    return [typeids.encode("mbr", member) for (member,) in server.rows("SELECT member FROM bench_lasting")]


def lapsed(server: Postgres, program: UUID, *, members: int, lots: int, points: int) -> None:
    """New members all of whose lots have expired. `wake` tells the sweeper."""
    server.run(
        SEED.format(program=program, members=members, lots=lots, entries=lots, points=points, **LAPSED)
        + "VACUUM ANALYZE; CHECKPOINT;"
    )


def wake(server: Postgres) -> None:
    """From now on the lapsed members are due."""
    server.run(
        "UPDATE accounts a SET due_at = now() - interval '1 hour' FROM bench_lapsed b WHERE a.member_id = b.member;"
    )


def due(server: Postgres) -> int:
    """How many members the sweeper has still to look at."""
    return int(server.rows("SELECT count(*) FROM accounts WHERE due_at <= now()")[0][0])


def still_open(server: Postgres) -> int:
    """How many of the lapsed lots have not expired."""
    found = server.rows("SELECT count(*) FROM bench_lapsed b JOIN lots l ON l.member_id = b.member AND l.is_open")
    return int(found[0][0])
