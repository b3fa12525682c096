"""One measurement of one scenario, and the median of several."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

from bench import load
from bench.baseline import Baseline
from bench.load import Load
from bench.machine import HOST, Postgres, Service, used
from bench.scenarios import Scenario

JOURNAL: Final = "SELECT count(*) FROM journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run showed; CPU in microseconds and bytes are per operation, latencies per request."""

    operations: float
    per_s: float
    p50_ms: float
    p99_ms: float
    service_cpu_us: float
    postgres_cpu_us: float
    client_cpu_us: float
    wal_bytes: float
    disk_bytes: float


Measure = Callable[[], Sample]


class WrongRowsError(Exception):
    """Acknowledgements and journal rows differ: nothing that was measured counts."""


def sample_service(server: Postgres, running: Service, scenario: Scenario, sent: Load) -> Sample:
    """Send a load and compare the journal with what was acknowledged. Raises WrongRowsError."""
    rows, disk, before = server.rows(JOURNAL)[0][0], server.disk_bytes("public"), used(server, running)
    measured = load.send(sent, HOST, running.port)
    spent = used(server, running) - before
    grown = server.rows(JOURNAL)[0][0] - rows
    turns = measured.requests / scenario.steps
    if grown != turns * scenario.rows:
        raise WrongRowsError(f"{scenario.name}: {measured.requests} acknowledged, {grown} rows more in the journal")
    operations = turns * scenario.operations
    return Sample(
        operations=operations,
        per_s=operations / measured.seconds,
        p50_ms=measured.p50_ms,
        p99_ms=measured.p99_ms,
        service_cpu_us=spent.service_cpu_s / operations * 1e6,
        postgres_cpu_us=spent.postgres_cpu_s / operations * 1e6,
        client_cpu_us=measured.client_cpu_s / operations * 1e6,
        wal_bytes=spent.wal_bytes / operations,
        disk_bytes=(server.disk_bytes("public") - disk) / operations,
    )


def sample_baseline(
    server: Postgres, baseline: Baseline, script: str, *, clients: int, seconds: float, shared: bool = False
) -> Sample:
    """The same for pgbench, whose own CPU nobody counts."""
    disk, before = server.disk_bytes("baseline"), used(server, None)
    ran = baseline.run(script, clients=clients, seconds=seconds, shared=shared)
    spent = used(server, None) - before
    return Sample(
        operations=ran.transactions,
        per_s=ran.per_s,
        p50_ms=ran.p50_ms,
        p99_ms=ran.p99_ms,
        service_cpu_us=0.0,
        postgres_cpu_us=spent.postgres_cpu_s / ran.transactions * 1e6,
        client_cpu_us=0.0,
        wal_bytes=spent.wal_bytes / ran.transactions,
        disk_bytes=(server.disk_bytes("baseline") - disk) / ran.transactions,
    )


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each number by itself."""
    columns = [asdict(sample) for sample in samples]
    return Sample(**{name: median(column[name] for column in columns) for name in columns[0]})


def interleaved(work: Sequence[tuple[str, Measure]], rounds: int) -> dict[str, list[Sample]]:
    """Every scenario once a round, so that a slow minute of the machine hits all of them."""
    samples: dict[str, list[Sample]] = {name: [] for name, _ in work}
    for _ in range(rounds):
        for name, measure in work:
            samples[name].append(measure())
    return samples
