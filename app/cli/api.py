"""The HTTP API as the command line uses it: one client, patient with a service that is busy, frank about refusals."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx
import msgspec

from app.cli.errors import CommandError

SECONDS_MAX: Final = 60
TRIES_MAX: Final = 12
PAUSE_S_MAX: Final = 5.0
# Too many requests, and what a service or a proxy says while it restarts. A retry with the same key is safe.
BUSY: Final = frozenset({429, 502, 503, 504})

Answer = dict[str, Any]


class ApiError(CommandError):
    """The service said no, and will say so again."""

    def __init__(self, method: str, path: str, response: httpx.Response) -> None:
        self.status = response.status_code
        super().__init__(f"{method} {path} was answered {self.status}: {response.text[:2000]}")


class Api:
    """A service and the credential to use it with. Threads may share one."""

    def __init__(self, url: str, token: str, *, connections: int = 4) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            timeout=SECONDS_MAX,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            # A proxy of the machine's environment has no business between us and a service that is named by address.
            trust_env=False,
        )

    def get(self, path: str, **parameters: str) -> Answer:
        """Read. Raises ApiError when there is no such thing."""
        return _decoded(self.send("GET", path, parameters=parameters))

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> Answer:
        """Write, under an idempotency key where the path asks for one. Raises ApiError when refused."""
        return _decoded(self.send("POST", path, content=msgspec.json.encode(body), key=key))

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        key: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of the answer. What may pass is tried again; the key, if any, stays the same."""
        headers = {} if key is None else {"Idempotency-Key": key}
        problem = ""
        for attempt in range(TRIES_MAX):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, PAUSE_S_MAX))
            try:
                response = self._client.request(method, path, headers=headers, content=content, params=parameters)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}"
                continue
            if response.is_success:
                return response.content
            if response.status_code not in BUSY:
                raise ApiError(method, path, response)
            problem = f"{response.status_code}: {response.text[:200]}"
        raise CommandError(f"No answer from {self._client.base_url}: {problem}. Is the service running?")

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _decoded(body: bytes) -> Answer:
    answer: Answer = msgspec.json.decode(body)
    return answer
