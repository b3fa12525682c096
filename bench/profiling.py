"""Where the service's CPU goes under one scenario: by function, and by function with everything that it calls."""

import json
import random
import signal
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from bench import scenarios
from bench.machine import postgres, service
from bench.samples import sample_service
from bench.scenarios import Scenario

SHOWN: Final = 40
MEMBERS: Final = 2000


def profile(scenario: Scenario, seconds: float) -> None:
    """Run the scenario with the sampler in the service and print both lists, in percent of its CPU."""
    with tempfile.TemporaryDirectory(prefix="rung-profile-") as folder:
        collected = Path(folder) / "stacks.json"
        under = ("-m", "bench.sampler", str(collected))
        with postgres() as server, service(server.server.app_url, under=under) as running:
            shop = scenarios.open_shop(running, MEMBERS)
            rng = random.Random(20170101)  # noqa: S311 - repeatable, not secret
            warm = sample_service(server, running, scenario, scenario.load(shop, 1.0, rng))
            load = scenario.load(shop, seconds, rng, warm.per_s)
            running.signal(signal.SIGUSR1)
            sample = sample_service(server, running, scenario, load)
        stacks: list[tuple[int, list[str]]] = json.loads(collected.read_bytes())
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for count, stack in stacks:
        own[" < ".join(stack[:2])] += count
        for function in set(stack):
            whole[function] += count
    total = sum(own.values())
    print(
        f"{scenario.title}: {sample.per_s:,.0f} a second, {sample.service_cpu_us:,.0f} µs of CPU each; {total} samples"
    )
    for heading, counts in (("by itself, and who called", own), ("with what it calls", whole)):
        print(f"\n{heading}")
        for function, count in counts.most_common(SHOWN):
            print(f"  {count / total:6.1%}  {function}")
