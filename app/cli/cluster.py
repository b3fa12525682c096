"""A PostgreSQL of ours as its users see it: addresses, databases, statements. Whoever knows the home can use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.cli import home as homes
from app.cli.place import EmbeddedError, Place

DATABASE = "rung"
SUPERUSER, OWNER, APP = "postgres", "rung_owner", "rung_app"


@dataclass(frozen=True, slots=True)
class Urls:
    """How to reach a database: as the owner of its tables, and as the service, which may only use them."""

    owner: str
    app: str


class Cluster:
    """The server that lives at a place, whichever process runs it."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @property
    def bin_dir(self) -> Path:
        """The folder of psql, pgbench and pg_dump; give them `libpq_url`."""
        return self.place.bin_dir

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        return self.url(APP)

    @property
    def superuser_url(self) -> str:
        return self.url(SUPERUSER)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for SQLAlchemy (postgresql+asyncpg)."""
        return (
            f"postgresql+asyncpg://{role}:{self._password(role)}@/{database}?host={quote(str(self.place.socket_dir))}"
        )

    def libpq_url(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """The same address for psql, pgbench and plain asyncpg."""
        return self.url(role, database).replace("postgresql+asyncpg://", "postgresql://", 1)

    def create_database(self, name: str, *, template: str = "template0") -> Urls:
        """Makes a database of the owner's in which the service may connect and nobody else may do anything."""
        self.sql(
            f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}";\n'
            f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;\n'
            f'GRANT CONNECT ON DATABASE "{name}" TO {APP};\n'
        )
        return Urls(owner=self.url(OWNER, name), app=self.url(APP, name))

    def drop_database(self, name: str) -> None:
        """Removes a database and the connections to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE);')

    def sql(self, script: str, *, database: str = "postgres", secrets: Mapping[str, str] | None = None) -> str:
        """Runs statements as the superuser and returns what psql prints, unaligned and without headings.

        The secrets are psql's environment: other users of the machine could read its arguments.
        """
        command = [
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--no-password",
        ]
        command += [f"--host={self.place.socket_dir}", f"--username={SUPERUSER}", f"--dbname={database}"]
        command[0] = str(self.bin_dir / "psql")
        environment = {"PGPASSWORD": self._password(SUPERUSER), **(secrets or {})}
        done = self.place.account.run(command, text=script, environment=environment)
        if done.returncode != 0:
            raise EmbeddedError(f"psql failed: {done.stderr.strip()}")
        return done.stdout

    def _password(self, role: str) -> str:
        home = self.place.home
        password = homes.known_secret(home, f"database_{role}")
        if password is None:
            raise EmbeddedError(f"{home / 'secrets.json'} has no password for {role}. Remove {home} to start afresh.")
        return password
