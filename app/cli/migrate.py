"""`rung migrate`: brings the database to the newest schema, as the owner of its tables."""

from alembic import command
from alembic.config import Config

from app.cli.home import PROJECT


def configuration(owner_url: str | None = None) -> Config:
    """Alembic's configuration from pyproject.toml; without an address migrations/env.py asks the environment."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["owner_url"] = owner_url
    return config


def migrate(owner_url: str | None = None, revision: str = "head") -> None:
    """Upgrades to the revision. Not to be called inside a running event loop: the migrations start their own."""
    command.upgrade(configuration(owner_url), revision)
