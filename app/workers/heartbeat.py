"""When each worker last came round, for /readyz and /metrics."""

import time


class Heartbeat:
    """Seconds since a worker last finished a round without an error."""

    def __init__(self) -> None:
        self._last_s = time.monotonic()

    def beat(self) -> None:
        """A round is done."""
        self._last_s = time.monotonic()

    @property
    def age_s(self) -> float:
        """How long ago that was."""
        return time.monotonic() - self._last_s
