"""What every route may use: made once by the composition root, found through the request."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from starlette.requests import Request

from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.commands.reading import Reading
from app.commands.spoken import Spoken
from app.repositories.database import Database
from app.repositories.keys import Caller
from app.routers.metrics import Metrics
from app.routers.tokens import MemberTokens, Visitor

Found = TypeVar("Found")
KEPT_S: Final = 2.0
KEPT_MAX: Final = 50_000


class Remembered(Generic[Found]):
    """What was found under a token, for two seconds: so long may a revoked key still work. Failures are not kept."""

    def __init__(self, seconds: float = KEPT_S) -> None:
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Found]] = {}

    async def of(self, token: str, find: Callable[[str], Awaitable[Found | None]]) -> Found | None:
        """What stands behind the token, found anew when it is not fresh."""
        kept = self._kept.get(token)
        now = time.monotonic()
        if kept is not None and kept[0] > now:
            return kept[1]
        found = await find(token)
        if found is None:
            self._kept.pop(token, None)
            return None
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[token] = now + self._seconds, found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """The process's ways to the database, its lanes, and what it keeps in memory."""

    database: Database
    lanes: Lanes
    programs: Programs
    reading: Reading
    spoken: Spoken
    tokens: MemberTokens
    operator_token: str
    metrics: Metrics
    callers: Remembered[Caller]
    visitors: Remembered[Visitor]
    readiness: Callable[[], Awaitable[tuple[tuple[str, bool], ...]]]


def handles(request: Request) -> Handles:
    """The handles of the application that serves this request."""
    found: Handles = request.app.state.handles
    return found
