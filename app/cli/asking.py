"""One request to a running service, with the standard library alone: the service's image has nothing more."""

import http.client
import json
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from app.cli.errors import CommandError

HERE: Final = "http://127.0.0.1:8000"
SECONDS_MAX: Final = 10


def ask(url: str, token: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> str:
    """The text of the answer. CommandError says what the service said no to, or that there is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        raise CommandError(f"{url} is no http address.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=SECONDS_MAX)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read().decode()
    except OSError as error:
        raise CommandError(f"No answer from {url}: {error}. Is the service running?") from error
    finally:
        connection.close()
    if response.status >= 400:
        raise CommandError(f"{response.status}: {text}")
    return text
