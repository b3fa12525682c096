"""`rung migrate`: brings the database to the newest schema, as the owner of its tables."""

from typing import Annotated

import typer
from alembic import command
from alembic.config import Config

from app.cli.errors import CommandError
from app.cli.home import PROJECT
from app.settings import MigrationSettings

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def configuration(owner_url: str) -> Config:
    """Alembic's configuration from pyproject.toml, for this database."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["owner_url"] = owner_url
    return config


def migrate(owner_url: str, revision: str = "head") -> None:
    """Upgrades to the revision. Not to be called inside a running event loop: the migrations start their own."""
    command.upgrade(configuration(owner_url), revision)


@cli.command()
def main(revision: Annotated[str, typer.Option(help="How far to go.")] = "head") -> None:
    """Bring the database to the newest schema, as its owner: RUNG_OWNER_DATABASE_URL, else DATABASE_URL."""
    settings = MigrationSettings()
    if settings.url is None:
        raise CommandError("Set RUNG_OWNER_DATABASE_URL to the address of the owner (postgresql+asyncpg://…).")
    migrate(settings.url, revision)
