"""The load generator: requests that were serialised before, over keep-alive connections.

Each connection sends its next request when it has the answer to the last one, or not before a given time if the load
has a pace. It costs a few microseconds of CPU a request, because whatever it takes is missing on the service's side.
"""

import asyncio
import gc
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import uvloop

LENGTH: Final = b"content-length:"
TWO: Final = ord("2")
GRACE_SECONDS: Final = 30
# A timer of the loop is late by so much at most.
TIMER_S: Final = 0.002


class LoadFailedError(Exception):
    """An answer was not what it had to be, so nothing that was measured counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send. It ends with the requests or with the time, whichever comes first.

    `needed` must be in every answer `times` times. A connection sends so many `steps` in a row, each after the answer
    to the one before, since it may depend on it. `per_s` is a pace for all connections together; without it everything
    goes as fast as answers come.
    """

    requests: Sequence[bytes]
    connections: int
    seconds: float
    needed: bytes = b""
    times: int = 1
    steps: int = 1
    per_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of it. Latencies are those of requests, sorted; throughput is for the caller to work out."""

    requests: int
    seconds: float
    latencies_s: Sequence[float]
    client_cpu_s: float

    @property
    def p50_ms(self) -> float:
        return quantile(self.latencies_s, 0.5) * 1000

    @property
    def p99_ms(self) -> float:
        return quantile(self.latencies_s, 0.99) * 1000


class _Run:
    """One load under way: hands out requests, takes latencies, knows when all is over."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.latencies = array("d")
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._groups: Iterator[int] = iter(range(0, len(load.requests) - load.steps + 1, load.steps))
        self._open = load.connections
        self._until = time.perf_counter() + load.seconds

    def next(self) -> int | None:
        """The place of the next request, from which a connection takes `steps`, or None when it is done."""
        if time.perf_counter() < self._until:
            place = next(self._groups, None)
            if place is not None:
                return place
        self._open -= 1
        if self._open == 0 and not self.finished.done():
            self.finished.set_result(None)
        return None

    def fail(self, why: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(LoadFailedError(why))


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, run: _Run, number: int) -> None:
        self._run = run
        self._loop = asyncio.get_running_loop()
        per_s = run.load.per_s
        # With a pace: how long from one request of this connection to the next, and when the next is due.
        self._gap_s = None if per_s is None else run.load.connections / per_s
        self._due = 0.0 if per_s is None else self._loop.time() + number / per_s
        self._place = 0
        self._left = 0
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._sent = 0.0
        self._needed = run.load.needed
        self._times = run.load.times

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio.Transport by behaviour, not by inheritance.
        self._transport = cast("asyncio.Transport", transport)
        if self._gap_s is None:
            self._send()
        else:
            self._loop.call_at(self._due, self._send)

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
                elif self._gap_s is None:
                    self._send()
                else:
                    self._due += self._gap_s
                    self._loop.call_at(self._due, self._send)
                return
        self._received = data

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.finished.done():
            self._run.fail(f"the service hung up: {exc}")

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _send(self) -> None:
        if self._left:
            self._place, self._left = self._place + 1, self._left - 1
        else:
            place = self._run.next()
            if place is None:
                return
            self._place, self._left = place, self._run.load.steps - 1
        if self._transport is not None:
            # Who is behind its pace waits already: that counts, too. A timer's own lateness does not.
            late = self._gap_s is not None and self._loop.time() - self._due > TIMER_S
            self._sent = time.perf_counter() - (self._loop.time() - self._due if late else 0.0)
            self._transport.write(self._run.load.requests[self._place])


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
        *(loop.create_connection(partial(_Connection, run, number), host, port) for number in range(load.connections))
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
        latencies_s=latencies,
        client_cpu_s=spent,
    )


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed; 0 of nothing."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
