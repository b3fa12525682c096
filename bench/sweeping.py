"""A great many lots expire while tills go on: what the sweeper takes away from those who wait for an answer."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.console import Console

from bench import load, seeding
from bench.load import Measured, quantile
from bench.machine import HOST, Postgres, Service
from bench.samples import JOURNAL, Sample, WrongRowsError
from bench.scenarios import EARN
from bench.shop import LOT_POINTS, Shop

LOTS_EACH: Final = 10
# Of what the service can do: a till that is always busy would measure itself.
SHARE: Final = 0.25
PACED_EARN: Final = replace(EARN, connections=16)
# So long we send without looking how far the sweeper has come, and so long nothing but earns.
PART_S: Final = 10.0
GIVE_UP_S: Final = 1800.0

progress = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How fast lots expired beside earns at a pace."""

    lots: int
    members: int
    seconds: float
    per_s: float
    pace: float


def sweep(server: Postgres, running: Service, shop: Shop, *, lots: int, per_s: float) -> tuple[Sample, Sample, Swept]:
    """Earns at a pace alone, then until so many lots have expired. `per_s` is what the service can do.

    Raises WrongRowsError.
    """
    members, pace = lots // LOTS_EACH, max(1.0, SHARE * per_s)
    progress.print(f"  {lots:,} lots for the sweeper …", style="dim")
    seeding.lapsed(server, shop.place.program, members=members, lots=LOTS_EACH, points=LOT_POINTS)
    rng = random.Random(20170103)  # noqa: S311 - repeatable, not secret
    part_s = min(PART_S, max(1.0, lots / 10_000))
    normal = [_earn(running, shop, rng, part_s, pace)]
    rows = server.rows(JOURNAL)[0][0]
    seeding.wake(server)
    started = time.monotonic()
    # A few lots may have expired before we can look, but something must have been sent beside them.
    beside = [_earn(running, shop, rng, part_s, pace)]
    while left := seeding.due(server):
        seconds = time.monotonic() - started
        progress.print(f"  {left:,} members are left after {seconds:.0f} s …", style="dim")
        if seconds > GIVE_UP_S:
            raise WrongRowsError(f"after {GIVE_UP_S:.0f} s {left} members had not been swept")
        beside.append(_earn(running, shop, rng, part_s, pace))
    seconds = time.monotonic() - started
    expected = members + sum(each.requests for each in beside)
    grown = server.rows(JOURNAL)[0][0] - rows
    if grown != expected or seeding.still_open(server):
        raise WrongRowsError(f"{expected} rows were to be recorded, {grown} were, or some lot has not expired")
    swept = Swept(lots=lots, members=members, seconds=seconds, per_s=lots / seconds, pace=pace)
    return _sample(normal), _sample(beside), swept


def _earn(running: Service, shop: Shop, rng: random.Random, seconds: float, pace: float) -> Measured:
    return load.send(PACED_EARN.load(shop, seconds, rng, pace, pace=pace), HOST, running.port)


def _sample(measured: Sequence[Measured]) -> Sample:
    """Of all parts together. CPU and bytes are not told: the sweeper's are among them."""
    latencies = sorted(latency for each in measured for latency in each.latencies_s)
    return Sample(
        operations=len(latencies),
        per_s=len(latencies) / sum(each.seconds for each in measured),
        p50_ms=quantile(latencies, 0.5) * 1000,
        p99_ms=quantile(latencies, 0.99) * 1000,
        service_cpu_us=0.0,
        postgres_cpu_us=0.0,
        client_cpu_us=0.0,
        wal_bytes=0.0,
        disk_bytes=0.0,
    )
