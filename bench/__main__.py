"""`python -m bench`: prepares, measures in rounds, checks, prints the table and writes the JSON."""

import json
import os
import platform
import random
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from app.cli.home import PROJECT
from bench import profiling, report, scenarios
from bench.baseline import Baseline
from bench.machine import Postgres, Service, postgres, service
from bench.report import AIMS, CLASSIC, ONE_STATEMENT, ONE_STATEMENT_ALONE, PACED, RULES, SWEEPING
from bench.rules import sample_rules
from bench.samples import Measure, Sample, interleaved, middle, sample_baseline, sample_service
from bench.scenarios import Scenario
from bench.shop import open_shop
from bench.sweeping import sweep

RESULTS: Final = Path(__file__).parent / "results"
REFERENCE: Final = RESULTS / "reference.json"
PAGE: Final = PROJECT / "docs" / "performance.md"
PLACE: Final = re.compile(r"(?<=<!-- measured -->\n).*(?=<!-- end -->)", re.DOTALL)
PROFILE_PLACE: Final = re.compile(r"(?<=<!-- profile -->\n).*(?=<!-- end profile -->)", re.DOTALL)
PROFILE_SECONDS: Final = 10.0
TITLES: Final = {each.name: each.title for each in scenarios.ALL} | {RULES: "judging only: 50 rules, 10 lines"}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to measure: `clients` are the numbers of pgbench's clients of which the best is taken."""

    rounds: int
    seconds: float
    clients: Sequence[int]
    members: int = 2000
    large_lots: int = 10_000
    expiring_lots: int = 1_000_000


FULL: Final = Plan(rounds=3, seconds=2.0, clients=(16, 32, 64))
QUICK: Final = Plan(rounds=1, seconds=2.0, clients=(32,), expiring_lots=50_000)
# Shows that everything works, and measures nothing.
SMOKE: Final = Plan(rounds=1, seconds=0.2, clients=(2,), members=20, large_lots=2000, expiring_lots=200)


def main(
    *,
    quick: Annotated[bool, typer.Option(help="One short round: three minutes, and noisy.")] = False,
    smoke: Annotated[bool, typer.Option(help="See that it works. The numbers mean nothing.")] = False,
    output: Annotated[Path | None, typer.Option(help="Where the JSON goes.")] = None,
    publish: Annotated[bool, typer.Option(help="Make this run the reference that docs/performance.md shows.")] = False,
    profile: Annotated[str | None, typer.Option(help="Profile the service under this scenario instead.")] = None,
) -> None:
    """Measure single, bulk and hot earns and reads, beside a no-op route and beside pgbench."""
    if profile is not None:
        _profile(next(each for each in scenarios.ALL if each.name == profile), publish=publish)
        return
    plan = SMOKE if smoke else QUICK if quick else FULL
    started, load_before = time.monotonic(), os.getloadavg()[0]
    progress.print(f"Load average of the machine before: {load_before:.2f}")
    with (
        tempfile.TemporaryDirectory(prefix="rung-pgbench-") as folder,
        postgres() as server,
        service(server.server.app_url) as running,
    ):
        samples, facts = _measure(server, running, Baseline(server, Path(folder)), plan)
    results = {name: middle(each) for name, each in samples.items()}
    report.show(Console(width=150, highlight=False), TITLES, results)
    path = output or (REFERENCE if publish else RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
    document = {**_circumstances(plan, load_before), **facts, **_findings(samples, results)}
    path.write_text(json.dumps(document, indent=1) + "\n")
    if publish:
        _write_page(page_with(document))
    progress.print(f"{time.monotonic() - started:.0f} s; {path}")


def _profile(scenario: Scenario, *, publish: bool) -> None:
    found = profiling.profile(scenario, PROFILE_SECONDS)
    print(found.text())
    if publish:
        part = found.in_markdown()
        _write_page(PROFILE_PLACE.sub(lambda _: f"\n{part}\n", PAGE.read_text(encoding="utf-8")))


def _write_page(text: str) -> None:
    PAGE.write_text(text, encoding="utf-8")


def page_with(document: dict[str, Any]) -> str:
    """docs/performance.md with the tables of this run."""
    tables = report.in_markdown(TITLES, document)
    return PLACE.sub(lambda _: f"\n{tables}\n", PAGE.read_text(encoding="utf-8"))


def _measure(
    server: Postgres, running: Service, baseline: Baseline, plan: Plan
) -> tuple[dict[str, list[Sample]], dict[str, Any]]:
    """Warm up, then measure in rounds. The second part is what else is worth keeping."""
    shop = open_shop(server, running, plan.members, plan.large_lots)
    rng = random.Random(20170101)  # noqa: S311 - repeatable, not secret
    rates = {}
    for scenario in scenarios.ALL:  # Leaves real rows, too, to copy the baseline's from.
        load = scenario.load(shop, min(1.0, plan.seconds), rng)
        rates[scenario.name] = sample_service(server, running, scenario, load).per_s
    baseline.prepare()
    server.run("VACUUM ANALYZE;")
    best = {script: _best(server, baseline, script, plan) for script in ("classic", "one statement")}

    def measure(scenario: Scenario) -> Sample:
        progress.print(f"  {scenario.title} …", style="dim")
        load = scenario.load(shop, plan.seconds, rng, rates[scenario.name])
        return sample_service(server, running, scenario, load)

    work: list[tuple[str, Measure]] = [(each.name, partial(measure, each)) for each in scenarios.ALL]
    work.append((RULES, partial(sample_rules, plan.seconds, rng)))
    samples = interleaved([*work, *_baseline_work(server, baseline, plan, best)], plan.rounds)
    able = middle(samples["earn"]).per_s
    normal, sweeping, swept = sweep(server, running, shop, lots=plan.expiring_lots, per_s=able)
    samples |= {PACED: [normal], SWEEPING: [sweeping]}
    if server.rows(SUMS) != [(True,)]:
        raise SystemExit("The ledger does not add up.")
    sizes = {schema: baseline.row_bytes(schema) for schema in ("public", "baseline")}
    return samples, {"pgbench_clients": best, "journal_row_bytes": sizes, "sweep": asdict(swept)}


def _best(server: Postgres, baseline: Baseline, script: str, plan: Plan) -> int:
    """The number of clients at which pgbench is fastest."""
    progress.print(f"  pgbench, {script}: how many clients? …", style="dim")
    rates = {
        clients: sample_baseline(server, baseline, script, clients=clients, seconds=min(plan.seconds, 3.0)).per_s
        for clients in plan.clients
    }
    return max(rates, key=rates.__getitem__)


def _baseline_work(server: Postgres, baseline: Baseline, plan: Plan, best: dict[str, int]) -> list[tuple[str, Measure]]:
    def measure(title: str, script: str, clients: int, shared: bool) -> Sample:  # noqa: FBT001 - a column of the list
        progress.print(f"  {title} …", style="dim")
        return sample_baseline(server, baseline, script, clients=clients, seconds=plan.seconds, shared=shared)

    return [
        (title, partial(measure, title, script, clients, shared))
        for title, script, clients, shared in (
            (CLASSIC, "classic", best["classic"], False),
            (CLASSIC_ALONE, "classic", 1, False),
            (CLASSIC_SHARED, "classic", best["classic"], True),
            (ONE_STATEMENT, "one statement", best["one statement"], False),
            (ONE_STATEMENT_ALONE, "one statement", 1, False),
            (ONE_STATEMENT_SHARED, "one statement", best["one statement"], True),
        )
    ]


def _circumstances(plan: Plan, load_before: float) -> dict[str, Any]:
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "kernel": platform.release(),
            "load_average_before": load_before,
        },
        "plan": asdict(plan),
    }


def _findings(samples: dict[str, list[Sample]], results: dict[str, Sample]) -> dict[str, Any]:
    return {
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
