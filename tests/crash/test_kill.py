"""kill -9 of the service, of PostgreSQL and of both, under load: nothing acknowledged is lost, doubled or wrong.

Who is killed and when is drawn; `make crash` does it 20 times. The oracle is the tills' own log. Sums alone cannot see
a lost acknowledgement, so the last test turns off synchronous commit and has to see some: the judge can fail.
"""

import asyncio
import itertools
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import httpx

from app.cli.cluster import Cluster
from app.cli.place import locate
from tests import live
from tests.api.rulebooks import plain, reward
from tests.crash.targets import Target, audit, shop_of
from tests.crash.tills import Till

TILLS = 6
LOAD_S = (0.2, 1.5)
SEED = 20260110
KILLS = int(os.environ.get("RUNG_KILLS", "3"))
RULEBOOK = plain(transfers={}, rewards=[reward(cost_points=20)], holds={"minutes": 600, "life_minutes_max": 600})


async def tills_of(service: live.Live) -> list[Till]:
    """Each with a connection pool and a member of its own."""
    key, tills = await shop_of(service, RULEBOOK), []
    for number in range(TILLS):
        headers = {"Authorization": f"Bearer {key}"}
        client = httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False)
        enrolled = await client.post(
            "/v1/members", json={"external_id": f"till-{number}"}, headers={"Idempotency-Key": f"enrol-{number:06}"}
        )
        chance = random.Random(SEED + number)  # noqa: S311 - chance, no secret
        tills.append(Till(number=number, client=client, member=enrolled.json()["id"], chance=chance))
    for till in tills:
        till.friends = [friend.member for friend in tills if friend is not till]
    return tills


async def killed_under_load(target: Target, tills: Sequence[Till], kill: Callable[[], None], *, after_s: float) -> None:
    """Let them work, kill in the middle of it, start again, and let them ask again what got no answer."""
    stop = asyncio.Event()
    working = [asyncio.create_task(till.work(stop)) for till in tills]
    await asyncio.sleep(after_s)
    await asyncio.to_thread(kill)
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.gather(*working)
    target.kill_service()
    await target.start_again()
    for till in tills:
        till.client.base_url = httpx.URL(target.service.url)
    await asyncio.gather(*(till.settle() for till in tills))


async def faults(tills: Sequence[Till]) -> list[str]:
    found = [fault for faults in await asyncio.gather(*(till.judge() for till in tills)) for fault in faults]
    sent = sum(till.sent() for till in tills)
    received = sum([(await till.recorded())[1] for till in tills])
    return found if sent == received else [*found, f"{sent} points were sent to friends, and {received} arrived"]


async def end(target: Target, tills: Sequence[Till]) -> None:
    for till in tills:
        await till.client.aclose()
    await target.end()


async def test_kill_9_loses_doubles_and_falsifies_nothing() -> None:
    chance = random.Random(SEED)  # noqa: S311 - chance, no secret
    with live.temporary_home() as home:
        target = Target(home=home, service=await asyncio.to_thread(live.start, home))
        tills: list[Till] = []
        try:
            tills += await tills_of(target.service)
            for kill in itertools.islice(
                itertools.cycle((target.kill_both, target.kill_service, target.kill_postgres)), KILLS
            ):
                await killed_under_load(target, tills, kill, after_s=chance.uniform(*LOAD_S))
            assert await faults(tills) == []
            audited = await asyncio.to_thread(audit, home)
            assert audited.returncode == 0, audited.stderr
            acknowledged = Counter(asked.path for till in tills for asked in till.log if asked.answer is not None)
            sys.stderr.write(f"{KILLS} kills, {acknowledged.total()} acknowledged: {told(acknowledged)}\n")
            assert acknowledged.total() > 10 * KILLS
        finally:
            await end(target, tills)


def told(acknowledged: Counter[str]) -> dict[str, int]:
    """So many of each kind, without the ids."""
    kinds: Counter[str] = Counter()
    for path, times in acknowledged.items():
        kinds["/".join(part for part in path.split("/")[2:] if "_" not in part)] += times
    return dict(kinds)


async def test_the_judge_sees_a_lost_acknowledgement() -> None:
    """Without synchronous commit an answer can be given for what is still in memory only."""
    with live.temporary_home() as home:
        target = Target(home=home, service=await asyncio.to_thread(live.start, home))
        tills: list[Till] = []
        try:
            tills += await tills_of(target.service)
            server = Cluster(locate(home))
            server.sql("ALTER ROLE rung_app SET synchronous_commit = off")
            server.sql("ALTER SYSTEM SET wal_writer_delay = '10s'")
            server.sql("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            server.sql("SELECT pg_reload_conf()")
            server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'rung_app'")
            await killed_under_load(target, tills, target.kill_both, after_s=1.2)
            assert await faults(tills) != []
        finally:
            await end(target, tills)
