"""A programme with members, as a till sees it, and the requests that the till sends."""

import itertools
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from app.cli.api import Api
from app.cli.home import PROJECT
from app.engine import typeids
from app.engine.ids import fact_id
from bench import seeding
from bench.load import Load, send
from bench.machine import HOST, OPERATOR_TOKEN, Postgres, Service

RULEBOOK: Final = PROJECT / "examples" / "cafe.rulebook.json"
CATEGORIES: Final = ("coffee", "tea", "cake")
BULK: Final = 100
# A hundred points out of lots of fifteen: seven lots or eight.
REDEEMED: Final = 100
LOT_POINTS: Final = 15
LOTS: Final = 48
# Of the large member.
ENTRIES_OF_A_LOT: Final = 10
PORTION: Final = 1000
SECONDS_MAX: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The programme that was opened, and what runs it."""

    server: Postgres
    running: Service
    program: UUID
    key: str
    large_lots: int


class Shop:
    """Members and requests. What a request must find is made in portions, before the request is measured."""

    def __init__(self, place: Place, members: Sequence[str]) -> None:
        self.place = place
        self.members = members[1:]
        self.hot = members[0]
        self._savers: Iterator[str] = iter(())
        self._refundable: Iterator[tuple[str, int]] = iter(())
        self._secret, self._source = place.server.rows(
            "SELECT p.secret, s.number FROM programs p JOIN sources s ON s.program_id = p.id AND s.name = 'bench'"
            f" WHERE p.id = '{place.program}'"
        )[0]

    def request(self, method: str, path: str, body: object = None, *, key: str | None = None) -> bytes:
        """A request with this shop's key, ready to be sent."""
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {self.place.key}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        if key is not None:
            head += f"Idempotency-Key: {key}\r\n"
        return head.encode() + b"\r\n" + content

    def purchase(self, member: str, lines: int, rng: random.Random, *, path: str = "/v1/purchases") -> bytes:
        """A purchase of so many lines under a new key."""
        return self.request("POST", path, basket(member, lines, rng), key=new_key(rng))

    def purchases(self, keys: Sequence[str], rng: random.Random) -> bytes:
        """Purchases of three lines in one request, of any members, under these keys."""
        commands = [
            {"idempotency_key": key, "kind": "purchase", "purchase": basket(rng.choice(self.members), 3, rng)}
            for key in keys
        ]
        return self.request("POST", "/v1/batch", {"commands": commands})

    def fact(self, prefix: str, key: str) -> str:
        """The id that a fact has when it is recorded under this key: it follows from the key."""
        return typeids.encode(prefix, fact_id(self._secret, self._source, key))

    def saver(self) -> str:
        """A member with enough points, in small lots, for one more redemption."""
        member = next(self._savers, None)
        if member is None:
            saved = self._seeded(members=len(self.members), lots=LOTS, entries=LOTS)
            # Everybody once before anybody again: neighbours in a batch are different members.
            self._savers = itertools.chain.from_iterable(itertools.repeat(saved, LOTS * LOT_POINTS // REDEEMED))
            member = next(self._savers)
        return member

    @cached_property
    def large(self) -> str:
        """A member with a great many lots and entries."""
        lots = self.place.large_lots
        return self._seeded(members=1, lots=lots, entries=ENTRIES_OF_A_LOT * lots)[0]

    def refundable(self, rng: random.Random) -> tuple[str, int]:
        """A recorded purchase and a line of it that has not gone back."""
        found = next(self._refundable, None)
        if found is None:
            keys = [new_key(rng) for _ in range(PORTION)]
            self._send([self.purchases(keys[first : first + BULK], rng) for first in range(0, PORTION, BULK)])
            bought = [self.fact("pur", key) for key in keys]
            self._refundable = iter([(purchase, line) for line in (0, 1) for purchase in bought])
            found = next(self._refundable)
        return found

    @cached_property
    def repeated(self) -> Sequence[bytes]:
        """Purchases that were sent before and are recorded."""
        rng = random.Random(20170102)  # noqa: S311 - repeatable, not secret
        sent = [self.purchase(rng.choice(self.members), 3, rng) for _ in range(PORTION)]
        self._send(sent)
        return sent

    def _seeded(self, *, members: int, lots: int, entries: int) -> Sequence[str]:
        place = self.place
        return seeding.lasting(
            place.server, place.program, members=members, lots=lots, entries=entries, points=LOT_POINTS
        )

    def _send(self, requests: Sequence[bytes]) -> None:
        sent = send(Load(requests=requests, connections=8, seconds=SECONDS_MAX), HOST, self.place.running.port)
        assert sent.requests == len(requests), "all of it was recorded in time"


def open_shop(server: Postgres, running: Service, members: int, large_lots: int) -> Shop:
    """A programme with the café's rulebook, through the API like everybody."""
    with Api(running.url, OPERATOR_TOKEN) as operator:
        wanted = {"name": "Benchmark", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi"}
        program = operator.post("/v1/programs", wanted, key=str(uuid.uuid4()))["id"]
        wanted_key = {"source": "bench", "name": "bench", "scopes": ["pos", "manager"]}
        key = operator.post(f"/v1/programs/{program}/keys", wanted_key, key=str(uuid.uuid4()))["key"]
    with Api(running.url, key) as api:
        api.post("/v1/rulebooks", {"document": json.loads(RULEBOOK.read_bytes())}, key="rulebook-1")
        enrolled = [
            str(api.post("/v1/members", {"external_id": f"m{number}"}, key=f"enrol-{number:06}")["id"])
            for number in range(members + 1)
        ]
    found = typeids.decode("prg", program)
    assert found is not None, "an id that we were given"
    return Shop(Place(server=server, running=running, program=found, key=key, large_lots=large_lots), enrolled)


def new_key(rng: random.Random) -> str:
    """An idempotency key that nobody has used."""
    return f"till-{rng.getrandbits(96):024x}"


def basket(member: str, lines: int, rng: random.Random) -> dict[str, Any]:
    """A purchase of so many lines, as a café's till would send it."""
    return {
        "member": member,
        "currency": "VND",
        "lines": [
            {
                "sku": f"sku-{rng.randrange(500)}",
                "category": CATEGORIES[line % len(CATEGORIES)],
                "quantity": "1",
                "amount": rng.randrange(20, 90) * 1000,
                "discount": 0,
                "tax": 0,
            }
            for line in range(lines)
        ],
        "store": f"D{rng.randrange(1, 13)}",
        "till": str(rng.randrange(1, 9)),
    }
