"""What the environment says, read once and frozen. Only main, the command line and the migrations look here."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DRIVER = "postgresql+asyncpg://"


def _with_driver(url: str) -> str:
    """Refuses an address for another driver here, where the message can name the variable."""
    if not url.startswith(DRIVER):
        raise ValueError(f"must start with {DRIVER}")
    return url


DatabaseUrl = Annotated[str, AfterValidator(_with_driver)]


class Settings(BaseSettings):
    """The service's settings. Variables start with RUNG_, except DATABASE_URL, which every platform calls so."""

    model_config = SettingsConfigDict(env_prefix="RUNG_", frozen=True)

    database_url: DatabaseUrl = Field(
        validation_alias="DATABASE_URL", description="Connects as rung_app, never as a superuser."
    )
    secret: SecretStr = Field(
        min_length=32, description="Derives the key that signs member tokens. Losing it ends all sessions."
    )
    operator_token: SecretStr = Field(min_length=32, description="Creates programmes and keys.")
    lanes: int = Field(default=1, ge=1, le=16, description="Lanes per programme.")
    lane_connections: int = Field(
        default=2, ge=1, le=32, description="Database connections that the lanes of one process share."
    )
    read_connections: int = Field(default=5, ge=1, le=100, description="Database connections for reads.")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    bench: bool = Field(default=False, description="Serves the benchmark's no-op twin of a purchase.")


class MigrationSettings(BaseSettings):
    """What a migration needs, so that it can run where the service's secrets are not."""

    model_config = SettingsConfigDict(env_prefix="RUNG_", frozen=True)

    owner_database_url: DatabaseUrl | None = Field(default=None, description="Connects as the owner of the tables.")
    database_url: DatabaseUrl | None = Field(default=None, validation_alias="DATABASE_URL")

    @property
    def url(self) -> str | None:
        """The owner's address; DATABASE_URL stands in where one role does both."""
        return self.owner_database_url or self.database_url
