"""`rung keys`: a key is made, listed and revoked in a running service."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.errors import CommandError
from app.cli.keys import cli
from tests import live


def run(service: live.Live, *arguments: str) -> Any:
    """What was printed, which is JSON."""
    environment = {"RUNG_URL": service.url, "RUNG_HOME": str(service.home)}
    done = CliRunner().invoke(cli, list(arguments), env=environment)
    if isinstance(done.exception, CommandError):
        raise done.exception
    return json.loads(done.output) if done.output else None


def test_a_key_is_made_listed_and_revoked() -> None:
    with live.serving() as service:
        program = service.secrets["PROGRAM"]
        made = run(service, "create", program, "--source", "web", "--scope", "pos")
        listed = run(service, "list", program)["data"]
        assert [(each["source"], each["scopes"]) for each in listed if each["id"] == made["id"]] == [("web", ["pos"])]
        assert run(service, "revoke", program, made["id"])["revoked_at"] is not None
        with pytest.raises(CommandError, match="404"):
            run(service, "list", "prg_01jkm3x8e4f5gr6h7s8t9v0w1x")
