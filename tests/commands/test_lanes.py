"""Lanes under load, on real PostgreSQL: races, poison, lost connections, clients that go away."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from app.cli.cluster import Cluster, Urls
from app.commands import lanes as lanes_module
from app.commands.asks import Answered, Ask, Recorded, Unavailable, Unknown
from app.commands.audit.run import audit
from app.engine.commands import Enrol, Purchase, Redemption, Refund
from app.engine.ids import fact_id
from app.engine.refusals import Refusal
from tests.commands.shops import TILL, WEB, Process, Shop, opened, process
from tests.engine.builders import basket

CLIENTS = 64


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def shop_is_sound(shop: Shop) -> None:
    """Every invariant holds, and the journal is numbered without gap."""
    report = await audit(shop.process.database, shop.program.id, lambda *_: None)
    assert [program.findings for program in report.programs] == [()]


def accepted(answers: list[Answered]) -> list[Recorded]:
    return [answer for answer in answers if isinstance(answer, Recorded)]


async def test_64_clients_redeem_one_member_to_zero(worker: Process, app_url: str) -> None:
    shop = await opened(worker)
    member = shop.members[0]
    await shop.must(member, Purchase(basket=basket(1000)))
    async with process(app_url) as second:

        async def client(number: int) -> list[Answered]:
            answers = []
            chance = random.Random(number)  # noqa: S311 - chance, no secret
            for attempt in range(4):
                via = worker if (number + attempt) % 2 else second
                points, key = chance.randint(1, 30), f"redeem-{number}-{attempt}"
                twice = [shop.ask(member, Redemption(points=points), key, via=each) for each in (via, worker)]
                first, twin = await asyncio.gather(*twice)
                assert type(first) is type(twin)
                if isinstance(first, Recorded) and isinstance(twin, Recorded):
                    assert first.row == twin.row
                    assert {first.replayed, twin.replayed} == {False, True}
                answers.append(first)
            return answers

        answers = [answer for some in await asyncio.gather(*map(client, range(CLIENTS))) for answer in some]
    spent = sum(-answer.row.change.points for answer in accepted(answers))
    assert {type(answer) for answer in answers} == {Recorded, Refusal}
    assert spent <= 1000
    assert await shop.balance(member) == 1000 - spent
    await shop_is_sound(shop)


async def test_20_identical_asks_on_two_processes_have_one_effect(worker: Process, app_url: str) -> None:
    shop = await opened(worker)
    member = shop.members[0]
    async with process(app_url) as second:
        for round_ in range(5):
            answers = await asyncio.gather(
                *(
                    shop.ask(member, Purchase(basket=basket(7)), f"same-{round_:04}", via=via)
                    for via in [worker, second] * 10
                )
            )
            rows = {answer.row.number for answer in accepted(list(answers))}
            assert len(accepted(list(answers))) == 20
            assert len(rows) == 1
            assert sum(not answer.replayed for answer in accepted(list(answers))) == 1
    assert await shop.balance(member) == 35
    await shop_is_sound(shop)


async def test_numbers_have_no_gap_with_two_processes_and_several_lanes(app_url: str) -> None:
    async with process(app_url, lanes_per_program=2) as one, process(app_url, lanes_per_program=2) as two:
        shop = await opened(one, number_of_members=12)
        asked = [
            (member, Purchase(basket=basket(n)) if n % 3 else Redemption(points=n), one if (n + i) % 2 else two)
            for n in range(1, 25)
            for i, member in enumerate(shop.members)
        ]
        answers = await asyncio.gather(*(shop.ask(member, command, via=via) for member, command, via in asked))
        numbers = sorted(answer.row.number for answer in accepted(list(answers)))
        assert numbers == list(range(13, 13 + len(numbers)))
        await shop_is_sound(shop)


async def test_poison_fails_alone(worker: Process) -> None:
    """One command in a hundred cannot be recorded: its metadata does not fit into any JSON document."""
    shop = await opened(worker, number_of_members=5)
    asks = [
        Ask(
            member=shop.members[n % 5],
            command=Purchase(basket=basket(1)),
            key=f"some-{n:06}",
            metadata={"note": "\x00"} if n % 100 == 50 else {"note": "\ud800"} if n % 100 == 75 else {},
        )
        for n in range(200)
    ]
    futures = [worker.lanes.enqueue(shop.program, TILL, ask) for ask in asks]
    with capture_logs() as logs:
        answers = await asyncio.gather(*futures, return_exceptions=True)
    assert {entry["event"] for entry in logs} == {"batch failed"}
    failed = [n for n, answer in enumerate(answers) if isinstance(answer, Exception)]
    assert failed == [50, 75, 150, 175]
    assert sum(isinstance(answer, Recorded) for answer in answers) == 196
    assert sum([await shop.balance(member) for member in shop.members]) == 196
    await shop_is_sound(shop)


async def test_refused_and_unknown_neighbours_cost_nobody_anything(worker: Process) -> None:
    shop = await opened(worker, number_of_members=3)
    answers = await shop.together(
        *[
            (shop.program.id, Purchase(basket=basket(1)))
            if n % 7 == 0
            else (shop.members[n % 3], Redemption(points=10**9))
            if n % 7 == 1
            else (shop.members[n % 3], Purchase(basket=basket(1)))
            for n in range(210)
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Unknown: 30, Refusal: 30, Recorded: 150}
    await shop_is_sound(shop)


async def test_client_that_hangs_up_cancels_nobody(worker: Process) -> None:
    shop = await opened(worker, number_of_members=4)
    asking = [
        asyncio.create_task(shop.ask(member, Purchase(basket=basket(10)), f"gone-{n:04}-{member}"))
        for n in range(20)
        for member in shop.members
    ]
    await asyncio.sleep(0.005)
    for task in asking[::2]:
        task.cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) > 0
    assert all(isinstance(answer, Recorded | asyncio.CancelledError) for answer in answers)
    again = await asyncio.gather(
        *(
            shop.ask(member, Purchase(basket=basket(10)), f"gone-{n:04}-{member}")
            for n in range(20)
            for member in shop.members
        )
    )
    assert all(isinstance(answer, Recorded) for answer in again)
    assert [await shop.balance(member) for member in shop.members] == [200] * 4
    await shop_is_sound(shop)


async def test_wake_ups_are_never_lost(worker: Process) -> None:
    shop = await opened(worker, number_of_members=2)
    chance = random.Random(7)  # noqa: S311 - chance, no secret
    for _ in range(150):
        asked = [shop.ask(member, Purchase(basket=basket(1))) for member in shop.members[: chance.randint(1, 2)]]
        answers = await asyncio.wait_for(asyncio.gather(*asked), timeout=5)
        assert all(isinstance(answer, Recorded) for answer in answers)
        await asyncio.sleep(chance.choice([0, 0, 0.0005, 0.001, 0.003]))
    await shop_is_sound(shop)


async def test_full_queue_says_come_again(worker: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await opened(worker)
    monkeypatch.setattr(lanes_module, "QUEUE_MAX", 10)
    asks = [Ask(member=shop.members[0], command=Purchase(basket=basket(1)), key=f"many-{n:04}") for n in range(30)]
    answers = await asyncio.gather(*(worker.lanes.enqueue(shop.program, TILL, ask) for ask in asks))
    assert Counter(type(answer) for answer in answers) == {Recorded: 10, Unavailable: 20}
    again = await asyncio.gather(*(worker.lanes.enqueue(shop.program, TILL, ask) for ask in asks[:10]))
    assert all(isinstance(answer, Recorded) and answer.replayed for answer in again)


async def test_closing_finishes_what_was_taken_and_turns_the_rest_away(app_url: str, worker: Process) -> None:
    shop = await opened(worker)
    async with process(app_url) as closing:
        member = shop.members[0]
        asking = [
            asyncio.create_task(shop.ask(member, Purchase(basket=basket(1)), f"last-{n:06}", via=closing))
            for n in range(600)
        ]
        await asyncio.sleep(0.02)
        await closing.lanes.close()
        late = await shop.ask(member, Purchase(basket=basket(1)), via=closing)
        answers = await asyncio.wait_for(asyncio.gather(*asking), timeout=10)
        assert isinstance(late, Unavailable)
        assert {type(answer) for answer in answers} <= {Recorded, Unavailable}
        assert await shop.balance(member) == len(accepted(list(answers)))
    await shop_is_sound(shop)


async def test_lost_connections_lose_and_double_nothing(worker: Process, postgres: Cluster, app_url: str) -> None:
    shop = await opened(worker, number_of_members=8)
    name = app_url.rsplit("/", 1)[1].partition("?")[0]
    stop = asyncio.Event()
    acknowledged: Counter[int] = Counter()
    turned_away = 0

    async def client(number: int) -> None:
        nonlocal turned_away
        for n in range(25):
            key = f"lost-{number}-{n:04}"
            while True:
                answer = await shop.ask(shop.members[number], Purchase(basket=basket(1)), key)
                if isinstance(answer, Recorded):
                    acknowledged[number] += 1
                    break
                assert isinstance(answer, Unavailable)
                turned_away += 1
                await asyncio.sleep(0.01)

    async def cut() -> None:
        statement = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        while not stop.is_set():
            await asyncio.to_thread(postgres.sql, statement)
            await asyncio.sleep(0.05)

    cutting = asyncio.create_task(cut())
    await asyncio.wait_for(asyncio.gather(*map(client, range(8))), timeout=60)
    stop.set()
    await cutting
    assert acknowledged == dict.fromkeys(range(8), 25)
    assert [await shop.balance(member) for member in shop.members] == [25] * 8
    await shop_is_sound(shop)


async def test_clock_that_steps_back_does_not_reach_into_the_past(worker: Process) -> None:
    start = datetime(2026, 5, 1, 3, tzinfo=UTC)
    shop = await opened(worker, test_now=start)
    member = shop.members[0]
    first = await shop.must(member, Purchase(basket=basket(1)))
    await shop.clock(start - timedelta(days=3))
    second = await shop.must(member, Purchase(basket=basket(1)))
    assert second.row.decided_us == first.row.decided_us == int(start.timestamp()) * 1_000_000
    await shop_is_sound(shop)


async def test_clock_of_the_database_decides(worker: Process) -> None:
    shop = await opened(worker)
    recorded = await shop.must(shop.members[0], Purchase(basket=basket(1)))
    async with worker.database.glancing() as reader:
        (now_us,) = await reader.row("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
    assert 0 <= now_us - recorded.row.decided_us < 60_000_000


async def test_sources_take_turns(worker: Process) -> None:
    """A source with a thousand commands in the queue does not delay another's one."""
    shop = await opened(worker)
    member = shop.members[0]
    done: list[str] = []

    async def ask(source: int, key: str) -> None:
        await shop.ask(member, Purchase(basket=basket(1)), key, source=source)
        done.append(key)

    many = [ask(TILL, f"many-{n:04}") for n in range(1000)]
    await asyncio.gather(*many, ask(WEB, "one-00000"))
    assert done.index("one-00000") < 256
    await shop_is_sound(shop)


async def test_one_members_commands_keep_their_order(worker: Process) -> None:
    shop = await opened(worker)
    member = shop.members[0]
    futures = [
        worker.lanes.enqueue(
            shop.program, TILL, Ask(member=member, command=Purchase(basket=basket(n)), key=f"n-{n:06}")
        )
        for n in range(1, 601)
    ]
    answers = await asyncio.gather(*futures)
    numbers = [answer.row.number for answer in accepted(list(answers))]
    assert numbers == sorted(numbers)
    assert len(numbers) == 600
    await shop_is_sound(shop)


async def test_enrolling_again_and_refunding_what_never_was_leave_no_mess(worker: Process) -> None:
    shop = await opened(worker)
    member = shop.members[0]
    answers = await shop.together(
        (member, Enrol()),
        (member, Refund(purchase=fact_id(shop.program.secret, TILL, "never-00"))),
        (member, Enrol()),
    )
    assert [type(answer) for answer in answers] == [Recorded, Refusal, Recorded]
    await shop_is_sound(shop)


async def test_no_database_is_said_at_once(worker: Process) -> None:
    shop = await opened(worker)
    async with process("postgresql+asyncpg://nobody@127.0.0.1:1/none") as cut_off:
        for _ in range(2):
            answer = await shop.ask(shop.members[0], Purchase(basket=basket(1)), via=cut_off)
            assert answer == Unavailable(retry_after_s=1)


async def test_database_that_does_not_let_us_in_fails_every_ask(worker: Process, app_url: str) -> None:
    shop = await opened(worker)
    wrong = re.sub(r":[0-9a-f]{48}@", ":wrong@", app_url)
    async with process(wrong) as shut_out:
        for _ in range(2):
            with capture_logs() as logs, pytest.raises(DBAPIError):
                await shop.ask(shop.members[0], Purchase(basket=basket(1)), via=shut_out)
            assert [entry["event"] for entry in logs] == ["no connection"]


async def test_a_lock_that_is_never_released_is_not_waited_for_for_ever(database: Urls) -> None:
    async with process(database.app) as holding, process(database.app, patience_s=1) as working:
        shop = await opened(working)
        member = shop.members[0]
        async with holding.database.transaction() as writer:
            await writer.rows("SELECT FROM accounts WHERE member_id = $1 FOR UPDATE", member)
            assert await shop.ask(member, Purchase(basket=basket(100)), "held-up-1") == Unavailable(retry_after_s=1)
        await shop.must(member, Purchase(basket=basket(100)), "held-up-1")
        assert await shop.balance(member) == 100
