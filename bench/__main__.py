"""`python -m bench`: prepares, measures in rounds, checks, prints the table and writes the JSON."""

import json
import os
import platform
import random
import time
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from bench import profiling, report, scenarios
from bench.baseline import Baseline
from bench.machine import Postgres, Service, postgres, service
from bench.report import AIMS, CLASSIC, ONE_STATEMENT, ONE_STATEMENT_ALONE
from bench.samples import Sample, interleaved, middle, sample_baseline, sample_service
from bench.scenarios import Scenario, Shop

RESULTS: Final = Path(__file__).parent / "results"
CLIENTS: Final = (16, 32, 64)
CLASSIC_ALONE: Final = "pgbench, classic, 1 client"
CLASSIC_SHARED: Final = "pgbench, classic, one counter"
ONE_STATEMENT_SHARED: Final = "pgbench, one statement, one counter"
# What the audit asks of the ledger, in short: entries, lots and balances agree, and numbers have no gap.
SUMS: Final = """SELECT
    (SELECT sum(balance) FROM accounts) = (SELECT sum(points) FROM entries)
    AND (SELECT sum(balance + debt) FROM accounts) = (SELECT sum(remaining) FROM lots)
    AND (SELECT count(*) = max(number) FROM journal)
    AND (SELECT max(number) FROM journal) = (SELECT sum(number) FROM program_counters)"""

progress = Console(stderr=True, highlight=False)


def main(
    *,
    quick: Annotated[bool, typer.Option(help="One short round: a minute, and noisy.")] = False,
    output: Annotated[Path | None, typer.Option(help="Where the JSON goes.")] = None,
    profile: Annotated[str | None, typer.Option(help="Profile the service under this scenario instead.")] = None,
) -> None:
    """Measure single, bulk and hot earns and reads, beside a no-op route and beside pgbench."""
    if profile is not None:
        profiling.profile(next(each for each in scenarios.ALL if each.name == profile), seconds=6.0)
        return
    rounds, seconds = (1, 2.0) if quick else (3, 4.0)
    started, load_before = time.monotonic(), os.getloadavg()[0]
    with postgres() as server, service(server.server.app_url) as running:
        progress.print(f"Load average of the machine before: {load_before:.2f}")
        shop = scenarios.open_shop(running)
        rng = random.Random(20170101)  # noqa: S311 - repeatable, not secret
        for scenario in scenarios.ALL:  # Warms the service up, and leaves real rows to copy the baseline's from.
            sample_service(server, running, scenario, scenario.load(shop, 1.0, rng))
        baseline = Baseline(server)
        baseline.prepare()
        server.run("VACUUM ANALYZE;")
        work = [
            (each.name, partial(_service, server, running, shop, each, seconds, rng)) for each in scenarios.ALL
        ] + _baseline_work(server, baseline, seconds, best=_best(server, baseline, min(seconds, 3.0)))
        samples = interleaved(work, rounds)
        if server.rows(SUMS) != [(True,)]:
            raise SystemExit("The ledger does not add up.")
        sizes = {schema: baseline.row_bytes(schema) for schema in ("public", "baseline")}
    results = {name: middle(each) for name, each in samples.items()}
    report.show(Console(width=150), {each.name: each.title for each in scenarios.ALL}, results)
    path = output or RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_document(samples, results, sizes, load_before, rounds, seconds), indent=1) + "\n")
    progress.print(f"{time.monotonic() - started:.0f} s; {path}")


def _service(
    server: Postgres, running: Service, shop: Shop, scenario: Scenario, seconds: float, rng: random.Random
) -> Sample:
    progress.print(f"  {scenario.title} …", style="dim")
    return sample_service(server, running, scenario, scenario.load(shop, seconds, rng))


def _best(server: Postgres, baseline: Baseline, seconds: float) -> dict[str, int]:
    """For each script the number of clients at which it is fastest."""
    best = {}
    for script in ("classic", "one statement"):
        progress.print(f"  pgbench {script}: how many clients? …", style="dim")
        rates = {
            clients: sample_baseline(server, baseline, script, clients=clients, seconds=seconds).per_s
            for clients in CLIENTS
        }
        best[script] = max(rates, key=rates.__getitem__)
    return best


def _baseline_work(server: Postgres, baseline: Baseline, seconds: float, best: dict[str, int]) -> list[tuple[str, Any]]:
    wanted = [
        (CLASSIC, "classic", best["classic"], False),
        (CLASSIC_ALONE, "classic", 1, False),
        (CLASSIC_SHARED, "classic", best["classic"], True),
        (ONE_STATEMENT, "one statement", best["one statement"], False),
        (ONE_STATEMENT_ALONE, "one statement", 1, False),
        (ONE_STATEMENT_SHARED, "one statement", best["one statement"], True),
    ]

    def run(title: str, script: str, clients: int, shared: bool) -> Sample:  # noqa: FBT001 - a column of the list
        progress.print(f"  {title}, {clients} clients …", style="dim")
        return sample_baseline(server, baseline, script, clients=clients, seconds=seconds, shared=shared)

    return [(title, partial(run, title, script, clients, shared)) for title, script, clients, shared in wanted]


def _document(
    samples: dict[str, list[Sample]],
    results: dict[str, Sample],
    sizes: dict[str, int],
    load_before: float,
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "kernel": platform.release(),
            "load_average_before": load_before,
        },
        "rounds": rounds,
        "seconds": seconds,
        "journal_row_bytes": sizes,
        "aims": [
            {
                "ratio": aim.title,
                "aim": aim.wanted,
                "measured": round(aim.ratio(results), 3),
                "reached": aim.reached(results),
            }
            for aim in AIMS
        ],
        "medians": {name: asdict(result) for name, result in results.items()},
        "samples": {name: [asdict(sample) for sample in each] for name, each in samples.items()},
    }


if __name__ == "__main__":
    typer.run(main)
