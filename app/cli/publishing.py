"""Rulebooks of a running service: what it has, and how a file becomes a draft or a version there."""

import json
import os
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from app.cli.asking import ask
from app.cli.errors import CommandError
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook

KEY: Final = "RUNG_MANAGER_KEY"


class Latest(Struct, frozen=True, kw_only=True):
    """The newest version of a programme."""

    version: int
    effective_at: str
    document: Rulebook


class Service:
    """The programme of a manager's key, which is only ever read from the environment."""

    def __init__(self, url: str) -> None:
        token = os.environ.get(KEY)
        if not token:
            raise CommandError(f"Set {KEY} to a key of the programme that has the scope manager.")
        self._url, self._token = url, token

    def latest(self) -> Latest | None:
        """The newest version, in force or scheduled; None before the first."""
        data = self._ask("GET", "/v1/rulebooks?limit=1")["data"]
        if not data:
            return None
        document = check(data[0]["document"], None)
        if not isinstance(document, Rulebook):
            raise CommandError("The service publishes rulebooks that this release does not know. Use its own.")
        return Latest(version=data[0]["version"], effective_at=data[0]["effective_at"], document=document)

    def publish(self, document: object, at: datetime | None) -> dict[str, Any]:
        """The version that a document has become."""
        asked: dict[str, Any] = {"document": document}
        if at is not None:
            asked["effective_at"] = at.isoformat()
        return self._ask("POST", "/v1/rulebooks", asked)

    def draft(self, document: object, name: str) -> tuple[str, dict[str, Any]]:
        """The draft that a document has become, which may have faults; and what publishing it would say."""
        made: str = self._ask("POST", "/v1/rulebook-drafts", {"name": name, "document": document})["id"]
        return made, self._ask("POST", f"/v1/rulebook-drafts/{made}/validate")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(ask(self._url, self._token, method, path, body))
        return answer
