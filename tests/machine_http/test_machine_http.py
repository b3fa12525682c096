"""Random lifecycles by many clients at once over HTTP, on two processes of the service; then the API, then the audit.

What a client does follows from its seed; how the clients meet does not. RUNG_SOAK seconds of it are `make soak-http`.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.clocks import START
from tests.api.conftest import OPERATOR
from tests.machine_http.asking import Body, Client, Ledger
from tests.machine_http.judging import Judge
from tests.machine_http.servers import two_servers
from tests.machine_http.walks import RULEBOOK, Walk, World

SEED = 20261121
# So many steps of each client, or as many as they take in so many seconds; more until everything has succeeded once.
STEPS, STEPS_MAX, SOAK_S = 20, 120, float(os.environ.get("RUNG_SOAK", "0"))
CLIENTS = 12
MEMBERS, HOMES = 8, 2
REPLAYS_MAX = 100
PATIENCE_S = 20
NEEDED = frozenset(
    {
        "purchases",
        "refunds",
        "purchases/void",
        "redemptions",
        "redemptions/cancel",
        "holds",
        "holds/capture",
        "holds/release",
        "rewards/redemptions",
        "vouchers/use",
        "adjustments",
        "goodwill",
        "transfers",
        "households/members",
        "batch",
        "cancellations",
        "test-clock/advance",
    }
)


async def test_random_lifecycles_on_two_servers_leave_nothing_to_find(database: Urls) -> None:
    ledger = Ledger()
    with two_servers(database) as urls:
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(connected(url)) for url in urls]
            await run(Client("setup", (servers[0], servers[1]), ledger, chance_of(0)), ledger)
    assert ledger.faults == [], "\n".join(ledger.faults[:20])
    owner = Database(database.app, connections=2)
    try:
        report = await audit(owner, None, lambda *_: None)
    finally:
        await owner.close()
    (program,) = report.programs
    assert program.findings == ()
    assert program.decided_again == program.rows
    sys.stderr.write(f"{len(ledger.asked)} requests, {program.rows} rows, {dict(sorted(ledger.outcomes.items()))}\n")
    assert missing(ledger) == frozenset(), "never succeeded, so never tested"


def connected(url: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    return httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False)


def chance_of(number: int) -> random.Random:
    return random.Random(SEED + number)  # noqa: S311 - chance, no secret


async def run(setup: Client, ledger: Ledger) -> None:
    """Open a shop, let the clients loose on it, and judge."""
    world = await opened(setup)
    until = time.monotonic() + SOAK_S

    async def client(number: int) -> None:
        walk = Walk(world, Client(f"client-{number}", setup.servers, ledger, chance_of(number)))
        while time.monotonic() < until or walk.steps < STEPS or (missing(ledger) and walk.steps < STEPS_MAX):
            await walk.step()

    await asyncio.gather(*(client(number) for number in range(1, CLIENTS + 1)))
    judge = Judge(setup, world, ledger)
    await judge.settle()
    await judge.answers_stand(REPLAYS_MAX)
    ledger.faults += await agreed(judge)


async def agreed(judge: Judge) -> Sequence[str]:
    """What falls due is booked by the sweepers within seconds, so the sums are given that long."""
    until = time.monotonic() + PATIENCE_S
    while faults := await judge.sums_agree():
        if time.monotonic() > until:
            return faults
        await asyncio.sleep(0.5)
    return ()


async def opened(setup: Client) -> World:
    """A sandbox with a rulebook, codes, members and households, and one key for everything."""
    asked = {"name": "Shop", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "en", "sandbox": True}
    for server in setup.servers:
        server.headers["Authorization"] = f"Bearer {OPERATOR}"
    program = await accepted(setup, "/v1/programs", asked | {"test_clock": START.isoformat()})
    scopes = {"source": "tills", "name": "all", "scopes": ["pos", "manager"]}
    made = await accepted(setup, f"/v1/programs/{program['id']}/keys", scopes)
    for server in setup.servers:
        server.headers["Authorization"] = f"Bearer {made['key']}"
    await accepted(setup, "/v1/rulebooks", {"document": RULEBOOK})
    await accepted(setup, "/v1/code-pools/cinema/codes", {"codes": [f"FILM-{number:04}" for number in range(40)]})
    members = [(await accepted(setup, "/v1/members", {"card": f"card-{n}"}))["id"] for n in range(MEMBERS)]
    homes = [(await accepted(setup, "/v1/households", None))["id"] for _ in range(HOMES)]
    return World(members=members, homes=homes, now=START + timedelta(seconds=10))


async def accepted(setup: Client, path: str, body: Body | None) -> dict[str, str]:
    """Ask once, plainly."""
    setup.number += 1
    headers = {"Idempotency-Key": f"setup-{setup.number:06}"}
    response = await setup.servers[0].post(path, json=body, headers=headers)
    assert response.is_success, response.text
    answer: dict[str, str] = response.json()
    return answer


def missing(ledger: Ledger) -> frozenset[str]:
    """What never succeeded: a run has not tested it."""
    return NEEDED - {
        kind for (kind, code) in ledger.outcomes if code in ("", "waiting", "undone", "refused_from_now_on")
    }
