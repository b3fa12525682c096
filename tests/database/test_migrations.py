"""The migrations: they describe the tables that the code knows, go down and up again, and take turns."""

import subprocess
import sys

from alembic import command
from alembic.script import ScriptDirectory

from app.cli.cluster import OWNER, Cluster, Urls
from app.cli.home import PROJECT
from app.cli.migrate import configuration, migrate

COLUMNS = """
SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1
"""
GRANTS = """
SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
 WHERE table_schema = 'public' AND grantee = 'rung_app' ORDER BY 1
"""


def name_of(urls: Urls) -> str:
    return urls.owner.split("@/")[1].split("?")[0]


def test_the_migrations_make_the_tables_that_the_code_knows(database: Urls) -> None:
    command.check(configuration(database.owner))


def test_down_and_up_again_is_where_we_were(postgres: Cluster, database: Urls) -> None:
    before = [postgres.sql(asked, database=name_of(database)) for asked in (COLUMNS, GRANTS)]
    command.downgrade(configuration(database.owner), "base")
    assert postgres.sql(COLUMNS, database=name_of(database)).split() == [
        "alembic_version.version_num",
        "character",
        "varying",
        "NO",
    ]
    migrate(database.owner)
    assert [postgres.sql(asked, database=name_of(database)) for asked in (COLUMNS, GRANTS)] == before


def test_history_is_one_line() -> None:
    assert len(ScriptDirectory.from_config(configuration("")).get_heads()) == 1


def test_two_that_migrate_at_once_take_turns(postgres: Cluster) -> None:
    urls = postgres.create_database("test_turns")
    environment = {"RUNG_OWNER_DATABASE_URL": urls.owner, "PYTHONPATH": str(PROJECT)}
    both = [subprocess.Popen([sys.executable, "-m", "app.cli", "migrate"], env=environment) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert postgres.sql("SELECT count(*) FROM alembic_version", database="test_turns").strip() == "1"
    postgres.drop_database("test_turns")


def test_every_table_belongs_to_the_owner(postgres: Cluster, database: Urls) -> None:
    asked = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.sql(asked, database=name_of(database)).split() == [OWNER]
