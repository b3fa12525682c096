"""The benchmark works, whatever the numbers are: everything it needs is there, and it checks what it says it checks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.home import PROJECT
from bench.__main__ import PAGE, REFERENCE, page_with
from bench.report import AIMS, Aim
from bench.samples import Sample
from bench.scenarios import ALL


def sample(per_s: float, p50_ms: float = 1.0) -> Sample:
    return Sample(
        operations=1,
        per_s=per_s,
        p50_ms=p50_ms,
        p99_ms=p50_ms,
        service_cpu_us=0,
        postgres_cpu_us=0,
        client_cpu_us=0,
        wal_bytes=0,
        disk_bytes=0,
    )


def test_it_measures_every_scenario_and_every_ratio(tmp_path: Path) -> None:
    output = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--smoke", "--output", str(output)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(output.read_text())
    assert {each.name for each in ALL} <= set(found["medians"])
    assert [aim["ratio"] for aim in found["aims"]] == [aim.title for aim in AIMS]
    earn, classic = found["medians"]["earn"], found["medians"]["pgbench, classic transaction"]
    assert earn["wal_bytes"] > 500
    assert earn["postgres_cpu_us"] > 0
    assert earn["service_cpu_us"] > 0
    assert classic["wal_bytes"] > 500
    # The baseline writes what we write.
    sizes = found["journal_row_bytes"]
    assert sizes["baseline"] == pytest.approx(sizes["public"], rel=0.1)


def test_a_ratio_is_reached_or_missed() -> None:
    results = {"a": sample(50.0, 6.0), "b": sample(100.0, 1.0)}
    assert Aim(title="", of="a", to="b", at_least=0.5).reached(results)
    assert not Aim(title="", of="a", to="b", at_least=0.6).reached(results)
    assert Aim(title="", of="a", to="b", at_most=6.0, by="p50_ms").reached(results)
    assert not Aim(title="", of="a", to="b", at_most=5.9, by="p50_ms").reached(results)


def test_the_page_shows_the_reference() -> None:
    document = json.loads(REFERENCE.read_text())
    assert page_with(document) == PAGE.read_text(encoding="utf-8")
