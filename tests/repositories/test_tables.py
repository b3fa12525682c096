"""The shape of the tables: every programme could live on a node of its own, and what only grows cannot be changed."""

from itertools import chain

import asyncpg
import pytest
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from app.cli.cluster import Urls
from app.repositories.schema import metadata

# Small, without members, the same on every node of a cluster.
SHARED = {"programs", "sources", "api_keys", "rulebooks", "configuration_requests"}
OWNED = [table for table in metadata.sorted_tables if table.name not in SHARED]
GROWING = [
    "journal",
    "entries",
    "tier_moves",
    "reversals",
    "rulebooks",
    "sources",
    "erasures",
    "pool_codes",
    "voucher_codes",
    "cancelled_keys",
    "valuations",
]
# What a member may ask to be destroyed.
PERSONAL = {
    "member_identifiers",
    "member_secrets",
    "purchase_metadata",
    "member_details",
    "member_devices",
    "member_codes",
    "referral_answers",
    "member_nicknames",
}


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_program_id_comes_first_in_every_key(table: Table) -> None:
    keys = [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    ]
    keys += [[column.name for column in index.columns] for index in table.indexes]
    assert keys
    assert [key for key in keys if key[0] != "program_id"] == []


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_program_id_comes_first_in_every_foreign_key(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            pairs = [(element.parent.name, element.column.name) for element in constraint.elements]
            assert pairs[0] == ("program_id", "program_id")


def test_every_member_owned_table_is_known_to_this_test() -> None:
    assert {table.name for table in OWNED} == {
        "members",
        "member_identifiers",
        "purchase_metadata",
        "journal",
        "program_counters",
        "accounts",
        "lots",
        "entries",
        "tallies",
        "tier_moves",
        "reversals",
        "followers",
        "member_secrets",
        "consents",
        "erasures",
        "purses",
        "holds",
        "counters",
        "stocks",
        "code_pools",
        "pool_codes",
        "voucher_codes",
        "awaiting_refunds",
        "cancelled_keys",
        "adjustment_requests",
        "daily_totals",
        "member_details",
        "member_devices",
        "member_codes",
        "referral_answers",
        "member_nicknames",
        "referral_totals",
        "valuations",
        "rulebook_drafts",
        "backtests",
        "corrections",
        "correction_lines",
        "rulebook_shadows",
        "shadow_differences",
    }


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_no_column_has_a_default_that_the_clock_or_chance_decides(table: Table) -> None:
    defaults = [str(getattr(column.server_default, "arg", "")) for column in table.columns]
    assert {default for default in defaults if default} <= {"0", "false", "''", "'person'"}


async def test_what_only_grows_cannot_be_changed_by_the_service(database: Urls) -> None:
    connection = await asyncpg.connect(database.app.replace("+asyncpg", ""))
    try:
        attempts = [(f"UPDATE {table} SET program_id = program_id", f"DELETE FROM {table}") for table in GROWING]  # noqa: S608
        for statement in [*chain.from_iterable(attempts), "TRUNCATE journal", "DROP TABLE journal"]:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_service_deletes_only_where_personal_data_lives(database: Urls) -> None:
    connection = await asyncpg.connect(database.app.replace("+asyncpg", ""))
    try:
        for table in metadata.sorted_tables:
            may_delete = await connection.fetchval("SELECT has_table_privilege($1, 'DELETE')", table.name)
            assert may_delete == (table.name in PERSONAL), table.name
            assert not await connection.fetchval("SELECT has_table_privilege($1, 'TRUNCATE')", table.name)
    finally:
        await connection.close()


async def test_of_what_people_said_the_service_may_change_nothing_but_the_notes(database: Urls) -> None:
    connection = await asyncpg.connect(database.app.replace("+asyncpg", ""))
    try:
        for table, changeable in (("consents", ["note"]), ("purchase_metadata", []), ("member_secrets", [])):
            rows = await connection.fetch(
                "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
                " AND has_column_privilege($1, attname, 'UPDATE')",
                table,
            )
            assert [row[0] for row in rows] == changeable, table
    finally:
        await connection.close()


async def test_a_test_clock_may_move_and_nothing_else_of_a_programme(database: Urls) -> None:
    connection = await asyncpg.connect(database.app.replace("+asyncpg", ""))
    try:
        columns = [
            row[0]
            for row in await connection.fetch(
                "SELECT attname FROM pg_attribute"
                " WHERE attrelid = 'programs'::regclass AND attnum > 0"
                " AND has_column_privilege('programs', attname, 'UPDATE') ORDER BY attname"
            )
        ]
        assert columns == ["rulebook_version", "test_now"]
    finally:
        await connection.close()
