"""The load generator against a server whose every answer is known."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.load import Load, LoadFailedError, send

REQUEST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers every request with the same bytes, cut into parts of `part` bytes."""

    def __init__(self, status: int, body: bytes, part: int) -> None:
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._answer = head.encode() + body
        self._part = part
        self.served = 0
        # The numbers in the addresses that each connection asked for, in order.
        self.seen: dict[int, list[int]] = {}
        self.port = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = self.seen.setdefault(id(writer), [])
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n{}")
                seen.append(int(head.split()[1][1:] or 0))
                self.served += 1
                for start in range(0, len(self._answer), self._part):
                    writer.write(self._answer[start : start + self._part])
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@contextmanager
def answering(status: int, body: bytes, part: int = 1_000_000) -> Iterator[Server]:
    server, ready = Server(status, body, part), threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve(ready, stop)))
    thread.start()
    try:
        assert ready.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


@pytest.mark.parametrize("part", [7, 1_000_000])
def test_every_request_is_sent_once_and_waited_for(part: int) -> None:
    with answering(201, b'{"status":201}', part) as server:
        measured = send(Load(requests=[REQUEST] * 500, connections=8, seconds=30), "127.0.0.1", server.port)
    assert measured.requests == 500 == server.served
    assert 0 < measured.p50_ms <= measured.p99_ms
    assert measured.seconds < 30


def test_the_time_ends_it_too() -> None:
    with answering(200, b"{}") as server:
        measured = send(Load(requests=[REQUEST] * 10_000_000, connections=2, seconds=0.2), "127.0.0.1", server.port)
    assert measured.requests == server.served
    assert 0.2 <= measured.seconds < 10


def test_what_is_sent_in_a_row_waits_for_the_answer_before() -> None:
    steps = [b"POST /%d HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}" % number for number in range(1, 7)]
    with answering(200, b"{}") as server:
        measured = send(Load(requests=steps, connections=2, seconds=30, steps=3), "127.0.0.1", server.port)
    assert measured.requests == 6
    # Whichever connection has taken a first step takes the two after it.
    rows = [[request for request in seen if request] for seen in server.seen.values()]
    assert sorted(row[start : start + 3] for row in rows for start in range(0, len(row), 3)) == [[1, 2, 3], [4, 5, 6]]


def test_a_pace_is_kept_and_no_faster() -> None:
    with answering(200, b"{}") as server:
        measured = send(
            Load(requests=[REQUEST] * 1000, connections=4, seconds=0.5, per_s=100), "127.0.0.1", server.port
        )
    assert 10 <= measured.requests <= 54


def test_a_refusal_ends_it() -> None:
    with answering(409, b"{}") as server, pytest.raises(LoadFailedError, match="409"):
        send(Load(requests=[REQUEST] * 10, connections=1, seconds=5), "127.0.0.1", server.port)


def test_a_refusal_inside_a_batch_ends_it() -> None:
    body = b'[{"status":201},{"status":409}]'
    load = Load(requests=[REQUEST] * 10, connections=1, seconds=5, needed=b'"status":201', times=2)
    with answering(200, body) as server, pytest.raises(LoadFailedError):
        send(load, "127.0.0.1", server.port)
