"""The yardstick: pgbench, which does nothing but SQL, writing the rows of an earn into tables like ours.

The tables are copies of ours with the same columns, indexes and settings, and the encoded command and change in the
journal are those of a real earn. Each client writes to a programme of its own, so that no client ever waits for the
counter that numbers another one's rows: the baseline at its best. How it fares with one counter for all, as our
gap-free journal has, is measured beside it.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from bench.machine import Postgres

TABLES: Final = ("journal", "entries", "lots", "tallies", "accounts", "program_counters")
PROGRAMS: Final = 64
MEMBERS: Final = 64
KIND_PURCHASE: Final = 2
THREADS: Final = 2

SEED: Final = """
CREATE SCHEMA baseline;
{tables}
INSERT INTO baseline.program_counters (program_id, number, chain)
    SELECT {program}, 0, sha256('x')::bytea FROM generate_series(0, {programs} - 1) AS p;
INSERT INTO baseline.accounts (program_id, member_id, now_at, enrolled_at, window_day, oldest_day)
    SELECT {program}, {member}, now(), now(), 739000, 739000
    FROM generate_series(0, {programs} - 1) AS p, generate_series(1, {members}) AS m;
UPDATE baseline.program_counters SET chain = substring(chain FOR {chain});
"""
VARIABLES: Final = r"""
\set member random(1, {members})
\set points random(10, 500)
\set a random(0, 2147483647)
\set b random(0, 2147483647)
\set c random(0, 2147483647)
\set d random(0, 2147483647)
"""
FACT: Final = (
    "(lpad(to_hex(:a::int), 8, '0') || lpad(to_hex(:b::int), 8, '0')"
    " || lpad(to_hex(:c::int), 8, '0') || lpad(to_hex(:d::int), 8, '0'))::uuid"
)
# What a service does that has a transaction per request: lock, look for the key, write each table, number, commit.
CLASSIC: Final = """
BEGIN;
SELECT balance, entries, lots FROM accounts
    WHERE program_id = {program} AND member_id = {member} FOR UPDATE \\gset
SELECT number FROM journal WHERE program_id = {program} AND id = {fact};
INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at, booked_at, lot)
    VALUES ({program}, {member}, :entries::int + 1, {fact}, 'accrual', :points, :balance::bigint + :points, now(),
        now(), :lots::int + 1);
INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, is_open)
    VALUES ({program}, {member}, :lots::int + 1, {fact}, now(), now() + interval '1 year', :points, :points, true);
INSERT INTO tallies (program_id, member_id, day, points, spend_minor, visits)
    VALUES ({program}, {member}, current_date, :points, :points * 1000, 1)
    ON CONFLICT (program_id, member_id, day) DO UPDATE SET points = tallies.points + excluded.points,
        spend_minor = tallies.spend_minor + excluded.spend_minor, visits = tallies.visits + excluded.visits;
UPDATE accounts SET balance = :balance::bigint + :points, entries = :entries::int + 1, lots = :lots::int + 1,
        window_points = window_points + :points, now_at = now()
    WHERE program_id = {program} AND member_id = {member};
UPDATE program_counters SET number = number + 1, chain = {chain}
    WHERE program_id = {counter} RETURNING number \\gset
INSERT INTO journal (program_id, number, id, member_id, source, happened_at, decided_at, rulebooks_known, engine, kind,
        has_effects, command, change, chain)
    VALUES ({program}, {number}, {fact}, {member}, 1, now(), now(), 1, 1, 2, false, {command}, {change}, {chain});
COMMIT;
"""
# The least that PostgreSQL can be asked to do for it: everything in one statement, planned once.
ONE_STATEMENT: Final = """
WITH account AS (
    UPDATE accounts SET balance = balance + :points, entries = entries + 1, lots = lots + 1,
            window_points = window_points + :points, now_at = now()
        WHERE program_id = {program} AND member_id = {member} RETURNING balance, entries, lots
), lot AS (
    INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at, granted, remaining, is_open)
        SELECT {program}, {member}, lots, {fact}, now(), now() + interval '1 year', :points, :points, true FROM account
), tally AS (
    INSERT INTO tallies (program_id, member_id, day, points, spend_minor, visits)
        VALUES ({program}, {member}, current_date, :points, :points * 1000, 1)
        ON CONFLICT (program_id, member_id, day) DO UPDATE SET points = tallies.points + excluded.points,
            spend_minor = tallies.spend_minor + excluded.spend_minor, visits = tallies.visits + excluded.visits
), entry AS (
    INSERT INTO entries (program_id, member_id, number, fact_id, kind, points, balance_after, effective_at, booked_at,
            lot)
        SELECT {program}, {member}, entries, {fact}, 'accrual', :points, balance, now(), now(), lots FROM account
), counter AS (
    UPDATE program_counters SET number = number + 1, chain = {chain} WHERE program_id = {counter} RETURNING number
)
INSERT INTO journal (program_id, number, id, member_id, source, happened_at, decided_at, rulebooks_known, engine, kind,
        has_effects, command, change, chain)
    SELECT {program}, {number_of_counter}, {fact}, {member}, 1, now(), now(), 1, 1, 2, false, {command}, {change},
        {chain}
    FROM counter;
"""
SCRIPTS: Final[Mapping[str, str]] = {"classic": CLASSIC, "one statement": ONE_STATEMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What pgbench did."""

    transactions: int
    per_s: float
    p50_ms: float
    p99_ms: float


class Baseline:
    """pgbench with its tables; the folder is for its scripts and logs."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self._server = server
        self._folder = folder

    def prepare(self) -> None:
        """Makes the tables and scripts, after real earns are in ours to copy the bytes from."""
        command, change, chain = self._server.rows(
            "SELECT encode(command, 'hex'), encode(change, 'hex'), encode(chain, 'hex') FROM journal"
            f" WHERE kind = {KIND_PURCHASE} ORDER BY abs(octet_length(command) + octet_length(change) - ("
            f"SELECT avg(octet_length(command) + octet_length(change)) FROM journal WHERE kind = {KIND_PURCHASE}))"
            " LIMIT 1"
        )[0]
        tables = "\n".join(f"CREATE TABLE baseline.{name} (LIKE public.{name} INCLUDING ALL);" for name in TABLES)
        seed = {"program": _uuid("p"), "member": _uuid("m"), "programs": PROGRAMS, "members": MEMBERS}
        self._server.run(SEED.format(tables=tables, chain=len(chain) // 2, **seed))
        self._server.run("".join(f"ANALYZE baseline.{name};" for name in TABLES))
        texts = {name: f"'\\x{value}'" for name, value in (("command", command), ("change", change), ("chain", chain))}
        for shared in (False, True):
            for name, script in SCRIPTS.items():
                # One counter for all is programme 0's, whose numbers must not meet those that each made for itself.
                offset = " + 1000000000000" if shared else ""
                parts = {
                    **texts,
                    "program": _uuid(":client_id::int"),
                    "member": _uuid(":member::int"),
                    "fact": FACT,
                    "counter": _uuid("0") if shared else _uuid(":client_id::int"),
                    "number": f":number::bigint{offset}",
                    "number_of_counter": f"number{offset}",
                }
                path = self._path(name, shared=shared)
                path.write_text(VARIABLES.format(members=MEMBERS) + script.format(**parts))

    def run(self, script: str, *, clients: int, seconds: float, shared: bool = False) -> Ran:
        """One run. Latencies are of whole transactions."""
        parts = urlsplit(self._server.server.libpq_url(database="rung"))
        log = self._folder / "log"
        for old in self._folder.glob("log.*"):
            old.unlink()
        command = [str(self._server.server.bin_dir / "pgbench"), "--no-vacuum", "--protocol=prepared"]
        command += [
            f"--file={self._path(script, shared=shared)}",
            f"--client={clients}",
            f"--time={max(1, round(seconds))}",
        ]
        command += [f"--jobs={min(THREADS, clients)}", "--log", f"--log-prefix={log}", "rung"]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PGHOST": parse_qs(parts.query)["host"][0],
            "PGUSER": parts.username or "",
            "PGPASSWORD": unquote(parts.password or ""),
            "PGOPTIONS": "-c plan_cache_mode=force_generic_plan -c jit=off -c search_path=baseline",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise RuntimeError(f"pgbench failed: {done.stderr}")
        latencies = sorted(int(line.split()[2]) for path in self._folder.glob("log.*") for line in path.open())
        per_s = re.search(r"tps = ([0-9.]+)", done.stdout)
        assert per_s is not None, done.stdout
        return Ran(
            transactions=len(latencies),
            per_s=float(per_s[1]),
            p50_ms=latencies[len(latencies) // 2] / 1000,
            p99_ms=latencies[len(latencies) * 99 // 100] / 1000,
        )

    def row_bytes(self, schema: str) -> int:
        """The bytes that one purchase has in the journal, on average."""
        statement = f"SELECT avg(pg_column_size(j.*)) FROM {schema}.journal j WHERE kind = {KIND_PURCHASE}"
        return int(self._server.rows(statement)[0][0])

    def _path(self, script: str, *, shared: bool) -> Path:
        return self._folder / f"{script.replace(' ', '_')}{'_shared' if shared else ''}.sql"


def _uuid(number: str) -> str:
    """SQL that makes a uuid of a small number."""
    return f"('00000000-0000-4000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
