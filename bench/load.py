"""The load generator: requests that were serialised before, over keep-alive connections, in a closed loop.

It costs a few microseconds of CPU a request, because whatever it takes is missing on the service's side.
"""

import asyncio
import gc
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import uvloop

LENGTH: Final = b"content-length:"
TWO: Final = ord("2")
GRACE_SECONDS: Final = 30


class LoadFailedError(Exception):
    """An answer was not what it had to be, so nothing that was measured counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send. It ends with the requests or with the time, whichever comes first.

    `needed` must be in the body of every answer `times` times.
    """

    requests: Sequence[bytes]
    connections: int
    seconds: float
    needed: bytes = b""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of it. Latencies are those of requests, throughput is for the caller to work out."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    client_cpu_s: float


class _Run:
    """One load under way: hands out requests, takes latencies, knows when all is over."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.latencies = array("d")
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests: Iterator[bytes] = iter(load.requests)
        self._open = load.connections
        self._until = time.perf_counter() + load.seconds

    def next(self) -> bytes | None:
        """The next request, or None when this connection is done."""
        if time.perf_counter() < self._until:
            request = next(self._requests, None)
            if request is not None:
                return request
        self._open -= 1
        if self._open == 0 and not self.finished.done():
            self.finished.set_result(None)
        return None

    def fail(self, why: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(LoadFailedError(why))


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._sent = 0.0
        self._needed = run.load.needed
        self._times = run.load.times

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio.Transport by behaviour, not by inheritance.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._received:
            data = self._received + data
        head = data.find(b"\r\n\r\n")
        if head >= 0:
            start = data.find(LENGTH, 0, head) + len(LENGTH)
            if len(data) >= head + 4 + int(data[start : data.find(b"\r", start)]):
                self._run.latencies.append(time.perf_counter() - self._sent)
                self._received = b""
                if data[9] != TWO or (self._needed and data.count(self._needed) != self._times):
                    self._run.fail(data[:2000].decode(errors="replace"))
                else:
                    self._send()
                return
        self._received = data

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.finished.done():
            self._run.fail(f"the service hung up: {exc}")

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _send(self) -> None:
        request = self._run.next()
        if request is not None and self._transport is not None:
            self._sent = time.perf_counter()
            self._transport.write(request)


def send(load: Load, host: str, port: int) -> Measured:
    """Send the load and measure. Raises LoadFailedError on the first answer that is not as it must be."""
    return uvloop.run(_send(load, host, port))


async def _send(load: Load, host: str, port: int) -> Measured:
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.disable()
    cpu, started = time.process_time(), time.perf_counter()
    run = _Run(load)
    opened = await asyncio.gather(
        *(loop.create_connection(lambda: _Connection(run), host, port) for _ in range(load.connections))
    )
    try:
        await asyncio.wait_for(asyncio.shield(run.finished), load.seconds + GRACE_SECONDS)
    finally:
        ended, spent = time.perf_counter(), time.process_time() - cpu
        gc.enable()
        if not run.finished.done():
            run.finished.cancel()
        for _, connection in opened:
            connection.close()
    latencies = sorted(run.latencies)
    return Measured(
        requests=len(latencies),
        seconds=ended - started,
        p50_ms=_quantile(latencies, 0.5) * 1000,
        p99_ms=_quantile(latencies, 0.99) * 1000,
        client_cpu_s=spent,
    )


def _quantile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
