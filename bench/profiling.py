"""Where the service's CPU goes under one scenario: by function, and by function with everything that it calls."""

import json
import random
import signal
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.machine import postgres, service
from bench.samples import sample_service
from bench.scenarios import Scenario
from bench.shop import open_shop

SHOWN: Final = 40
SHOWN_IN_PAGE: Final = 12
BY_LAYER: Final = "layer"
BY_FUNCTION: Final = "function by itself, and where it was called from"
WITH_CALLS: Final = "function with what it calls"
# What a sample counts for: the first of these to be met on the way from where it was taken to the event loop.
LAYERS: Final = (
    ("app/engine/typeids.py:encode", "rendering answers"),
    ("app/engine/typeids.py:decode", "reading requests"),
    ("app/engine/", "engine: judging, folding, encoding"),
    ("app/repositories/", "repositories and driver: statements and their parameters"),
    ("app/commands/", "lanes: queues, batches, timelines"),
    ("app/workers/", "workers"),
    ("app/routers/render.py", "rendering answers"),
    ("app/routers/models_answered.py", "rendering answers"),
    ("app/routers/operations.py:answered", "rendering answers"),
    ("app/routers/wire.py", "rendering answers"),
    ("app/routers/languages.py:text", "rendering answers"),
    ("app/routers/languages.py:pick", "rendering answers"),
    ("app/routers/asking.py", "reading requests"),
    ("app/routers/models_asked.py", "reading requests"),
    ("app/routers/", "routes, authentication, middleware"),
    ("uvicorn/", "HTTP server and framework"),
    ("fastapi/", "HTTP server and framework"),
    ("starlette/", "HTTP server and framework"),
)
MEMBERS: Final = 2000
LARGE_LOTS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the sampler saw: a title, and the shares of the CPU under several headings, largest first."""

    title: str
    shares: dict[str, list[tuple[str, float]]]

    def text(self) -> str:
        """Everything, for a terminal."""
        parts = [self.title]
        for heading, found in self.shares.items():
            parts += ["", heading, *(f"  {share:6.1%}  {name}" for name, share in found[:SHOWN])]
        return "\n".join(parts)

    def in_markdown(self) -> str:
        """The layers and the dearest functions, for docs/performance.md."""
        parts = [f"{self.title}.", ""]
        for heading, quote in ((BY_LAYER, ""), (BY_FUNCTION, "`")):
            parts += [f"| {heading} | |", "|---|---:|"]
            shown = self.shares[heading][:SHOWN_IN_PAGE]
            parts += [f"| {quote}{name}{quote} | {share:.1%} |" for name, share in shown]
            parts.append("")
        return "\n".join(parts)


def profile(scenario: Scenario, seconds: float) -> Profile:
    """Run the scenario with the sampler in the service."""
    with tempfile.TemporaryDirectory(prefix="rung-profile-") as folder:
        collected = Path(folder) / "stacks.json"
        under = ("-m", "bench.sampler", str(collected))
        with postgres() as server, service(server.server.app_url, under=under) as running:
            shop = open_shop(server, running, MEMBERS, LARGE_LOTS)
            rng = random.Random(20170101)  # noqa: S311 - repeatable, not secret
            warm = sample_service(server, running, scenario, scenario.load(shop, 1.0, rng))
            load = scenario.load(shop, seconds, rng, warm.per_s)
            running.signal(signal.SIGUSR1)
            sample = sample_service(server, running, scenario, load)
        stacks: list[tuple[int, list[str]]] = json.loads(collected.read_bytes())
    counts: dict[str, Counter[str]] = {BY_LAYER: Counter(), BY_FUNCTION: Counter(), WITH_CALLS: Counter()}
    for count, stack in stacks:
        counts[BY_LAYER][_layer(stack)] += count
        counts[BY_FUNCTION][" from ".join(stack[:2])] += count
        for function in set(stack):
            counts[WITH_CALLS][function] += count
    total = sum(counts[BY_LAYER].values())
    title = f"{scenario.title}: {sample.service_cpu_us:,.0f} µs of the service's CPU each, {total:,} samples"
    return Profile(
        title=title,
        shares={
            heading: [(name, count / total) for name, count in found.most_common()] for heading, found in counts.items()
        },
    )


def _layer(stack: list[str]) -> str:
    for function in stack:
        for prefix, layer in LAYERS:
            if function.startswith(prefix):
                return layer
    return "event loop"
