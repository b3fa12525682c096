"""The table, the ratios against the aims, and the JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rich.console import Console
from rich.table import Table

from bench.samples import Sample
from bench.shop import ENTRIES_OF_A_LOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A ratio of two results of one run, and what it shall be; without a bound it is only told."""

    title: str
    of: str
    to: str
    at_least: float | None = None
    at_most: float | None = None
    by: Literal["per_s", "p50_ms", "p99_ms", "service_cpu_us"] = "per_s"

    def ratio(self, results: Mapping[str, Sample]) -> float:
        of: float = getattr(results[self.of], self.by)
        to: float = getattr(results[self.to], self.by)
        return of / to

    def reached(self, results: Mapping[str, Sample]) -> bool:
        ratio = self.ratio(results)
        return (self.at_least is None or ratio >= self.at_least) and (self.at_most is None or ratio <= self.at_most)

    @property
    def wanted(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least}"
        return "" if self.at_most is None else f"≤ {self.at_most}"


CLASSIC: Final = "pgbench, classic transaction"
RULES: Final = "rules"
PACED: Final = "earns at a pace"
SWEEPING: Final = "the same while lots expire"
ONE_STATEMENT: Final = "pgbench, one statement"
ONE_STATEMENT_ALONE: Final = "pgbench, one statement, 1 client"
AIMS: Final = (
    Aim(title="single earn / no-op", of="earn", to="noop", at_least=0.4),
    Aim(title="single earn / pgbench classic", of="earn", to=CLASSIC, at_least=1.0),
    Aim(title="bulk earn / pgbench one statement", of="bulk", to=ONE_STATEMENT, at_least=1.5),
    Aim(title="balance read / no-op", of="balance", to="noop", at_least=0.5),
    Aim(title="hot member / single earn", of="hot", to="earn", at_least=0.5),
    Aim(
        title="p50 at 1 connection / pgbench one statement at 1 client",
        of="earn_one",
        to=ONE_STATEMENT_ALONE,
        at_most=6.0,
        by="p50_ms",
    ),
    Aim(title="50 rules on 10 lines / no-op, CPU", of=RULES, to="noop", at_most=0.5, by="service_cpu_us"),
    Aim(title="replay of a used key / single earn", of="replay", to="earn", at_least=1.1),
    Aim(title="redemption of 7 or 8 lots / single earn", of="redeem", to="earn", at_least=0.5),
    Aim(title="hold + capture, a pair / single earn", of="hold", to="earn"),
    Aim(title="refund of one line / single earn", of="refund", to="earn"),
    Aim(title="p50 of an earn, large member / new", of="earn_large", to="earn_one", at_most=1.2, by="p50_ms"),
    Aim(title="p50 of a balance, large member / new", of="balance_large", to="balance_one", at_most=1.2, by="p50_ms"),
    Aim(title="p50 of a redemption, large member / new", of="redeem_large", to="redeem_one", at_most=3.0, by="p50_ms"),
    Aim(title="p99 of earns while lots expire / while none do", of=SWEEPING, to=PACED, at_most=2.0, by="p99_ms"),
)


COLUMNS: Final = ("per second", "p50 ms", "p99 ms", "service µs", "PostgreSQL µs", "client µs", "WAL B", "disk B")


def show(console: Console, titles: Mapping[str, str], results: Mapping[str, Sample]) -> None:
    """Both tables, for a terminal."""
    table = Table("", box=None, pad_edge=False, header_style="bold")
    for heading in COLUMNS:
        table.add_column(heading, justify="right")
    for name, result in results.items():
        table.add_row(titles.get(name, name), *_cells(result))
    console.print(table)
    aims = Table("ratio", "aim", "measured", "", box=None, pad_edge=False, header_style="bold")
    for aim in AIMS:
        verdict = "[green]reached[/]" if aim.reached(results) else "[red]missed[/]"
        verdict = verdict if aim.wanted else ""
        aims.add_row(aim.title, aim.wanted, f"{aim.ratio(results):.2f}", verdict)
    console.print()
    console.print(aims)


def in_markdown(titles: Mapping[str, str], document: Mapping[str, Any]) -> str:
    """Both tables, for docs/performance.md, from the JSON of a run."""
    machine, plan = document["machine"], document["plan"]
    lines = [
        (
            f"Measured {document['when'][:10]} on {machine['cpus']} cores, shared by client, service and PostgreSQL "
            f"(Linux {machine['kernel']}, Python {machine['python']}; load average before it began "
            f"{machine['load_average_before']:.1f}). Median of {plan['rounds']} interleaved rounds of "
            f"{plan['seconds']:.0f} s. The large member has {plan['large_lots']:,} lots and "
            f"{ENTRIES_OF_A_LOT * plan['large_lots']:,} entries."
        ),
        "",
        "| | " + " | ".join(COLUMNS) + " |",
        "|---|" + "---:|" * len(COLUMNS),
    ]
    for name, values in document["medians"].items():
        lines.append(f"| {titles.get(name, name)} | " + " | ".join(_cells(Sample(**values))) + " |")
    lines += ["", "| ratio | aim | measured | |", "|---|---|---:|---|"]
    for aim in document["aims"]:
        verdict = "reached" if aim["reached"] else "**missed**"
        verdict = verdict if aim["aim"] else ""
        lines.append(f"| {aim['ratio']} | {aim['aim']} | {aim['measured']:.2f} | {verdict} |")
    return "\n".join([*lines, "", _of_sweep(document["sweep"])]) + "\n"


def _of_sweep(sweep: Mapping[str, float]) -> str:
    return (
        f"{sweep['lots']:,} lots of {sweep['members']:,} members expired in {sweep['seconds']:,.0f} s, "
        f"{sweep['per_s']:,.0f} a second, beside {sweep['pace']:,.0f} earns a second."
    )


def _cells(result: Sample) -> list[str]:
    """The numbers of one row; what is not measured, or nothing, stays empty."""
    whole = (
        result.service_cpu_us,
        result.postgres_cpu_us,
        result.client_cpu_us,
        result.wal_bytes,
        result.disk_bytes,
    )
    cells = [f"{result.per_s:,.0f}", f"{result.p50_ms:.2f}", f"{result.p99_ms:.2f}"]
    return cells + [f"{value:,.0f}" if abs(value) >= 1 else "" for value in whole]
