"""Who spends first: many clients, two processes, one balance, one hold, one last piece."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.commands.asks import Answered, Recorded
from app.engine.commands import (
    Capture,
    Command,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    Purchase,
    Redemption,
    RedemptionCancel,
    RewardRedemption,
)
from app.engine.outcomes import HeldLonger, Redeemed, Released
from app.repositories import codes as voucher_codes
from app.repositories import lives
from tests.commands.races import Race, codes, race, recorded
from tests.commands.shops import Shop
from tests.engine.builders import basket, rulebook

CLIENTS = 64
START = datetime(2026, 3, 1, 3, tzinfo=UTC)
LATTE = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 7, "kind": "item"}


async def test_64_clients_spend_one_member_exactly_to_zero(app_url: str) -> None:
    """Redemptions, rewards, holds captured in part or released, baskets paid with points; each of them twice."""
    async with race(app_url, rulebook(holds={}, rewards=[LATTE])) as racing:
        member = racing.shop.members[0]
        await racing.shop.must(member, Purchase(basket=basket(3000)))
        spent = earned = 0

        async def client(number: int) -> None:
            nonlocal spent, earned
            chance = random.Random(number)  # noqa: S311 - chance, no secret
            for _ in range(3):
                answer = await spend(racing, member, chance)
                if isinstance(answer, Recorded):
                    entries = answer.row.change.entries
                    spent -= sum(entry.points for entry in entries if entry.points < 0)
                    earned += sum(entry.points for entry in entries if entry.points > 0)

        await asyncio.gather(*map(client, range(CLIENTS)))
        assert await racing.balances(member) == [3000 + earned - spent]
        left = await racing.free(member)
        assert left == 3000 + earned - spent, "no hold is left over"
        last = await racing.at_once((member, Redemption(points=1)) for _ in range(left + CLIENTS))
        assert (len(recorded(last)), codes(last)) == (left, {"insufficient_points"})
        assert await racing.balances(member) == [0]


async def spend(racing: Race, member: UUID, chance: random.Random) -> Answered:
    """One of the ways to spend, as twins."""
    points = chance.randint(1, 40)
    match chance.choice(["redemption", "reward", "basket", "hold", "hold"]):
        case "redemption":
            return await racing.twins(member, Redemption(points=points))
        case "reward":
            return await racing.twins(member, RewardRedemption(reward="latte", quantity=chance.randint(1, 3)))
        case "basket":
            return await racing.twins(member, Purchase(basket=basket(points, points=points)))
        case _:
            held = await racing.twins(member, HoldPlace(points=points))
            if not isinstance(held, Recorded):
                return held
            if chance.random() < 0.4:
                return await racing.twins(member, HoldRelease(hold=held.row.id))
            return await racing.twins(member, Capture(hold=held.row.id, points=chance.randint(1, points)))


async def test_a_hold_that_many_want_to_end_ends_once(app_url: str) -> None:
    async with race(app_url, rulebook(holds={})) as racing:
        member = racing.shop.members[0]
        await racing.shop.must(member, Purchase(basket=basket(400)))
        holds = [(await racing.shop.must(member, HoldPlace(points=10))).row.id for _ in range(40)]
        wanted = [
            (member, command)
            for hold in holds
            for command in (
                Capture(hold=hold, points=4),
                HoldRelease(hold=hold),
                Capture(hold=hold),
                HoldExtend(hold=hold, minutes=20),
                HoldRelease(hold=hold),
            )
        ]
        random.Random(3).shuffle(wanted)  # noqa: S311 - chance, no secret
        answers = await racing.at_once(wanted)
        assert codes(answers) == {"hold_ended"}
        endings = Counter(hold_of(answer) for answer in recorded(answers) if not is_extension(answer))
        assert endings == dict.fromkeys(holds, 1)
        captured = sum(-answer.row.change.points for answer in recorded(answers))
        assert await racing.balances(member) == [400 - captured]
        assert await racing.free(member) == 400 - captured


def is_extension(answer: Recorded) -> bool:
    return isinstance(answer.row.change.outcome, HeldLonger)


def hold_of(answer: Recorded) -> UUID:
    """The hold that was ended."""
    assert isinstance(answer.row.change.outcome, Redeemed | Released)
    assert isinstance(answer.row.command, Capture | HoldRelease)
    return answer.row.command.hold


async def test_a_hold_that_lapses_while_it_is_captured_does_one_of_both(app_url: str) -> None:
    """The clock passes the hold's end while captures are on their way; then time alone passes on both processes."""
    async with race(app_url, rulebook(holds={"minutes": 10}), members=24, test_now=START) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(50))) for member in shop.members))
        placed = await shop.together(*((member, HoldPlace(points=50)) for member in shop.members))
        holds = {answer.row.member: answer.row.id for answer in recorded(placed)}

        begun, over = asyncio.Event(), asyncio.Event()

        async def capture(number: int, member: UUID) -> Answered:
            if number > 20:
                await over.wait()
            await asyncio.sleep(number * 0.002)
            answer = await racing.twins(member, Capture(hold=holds[member], points=30))
            begun.set()
            return answer

        async def lapse() -> None:
            await begun.wait()
            await shop.clock(START + timedelta(minutes=10))
            over.set()
            await racing.time_passes()

        lapsing = asyncio.create_task(lapse())
        answers = await asyncio.gather(*map(capture, range(24), shop.members))
        await lapsing
        await racing.time_passes()
        captured = {answer.row.member for answer in answers if isinstance(answer, Recorded)}
        assert 0 < len(captured) < len(shop.members)
        assert codes(answers) == {"hold_ended"}
        found = [await ended(shop, holds[member]) for member in shop.members]
        assert found == ["captured" if member in captured else "lapsed" for member in shop.members]
        assert await racing.balances() == [20 if member in captured else 50 for member in shop.members]


async def ended(shop: Shop, hold: UUID) -> str | None:
    """How a hold has ended, as the tables say."""
    async with shop.process.database.glancing() as reader:
        found = await lives.hold(reader, shop.program.id, hold)
    assert found is not None
    return found.ended


async def test_the_last_pieces_go_to_whoever_was_first_and_come_back_when_cancelled(app_url: str) -> None:
    """Five pieces, eight members, two processes, taken and given back over and over: never six are out."""
    mug = {"id": "mug", "title": {"en": "A mug"}, "cost_points": 1, "kind": "item", "stock": 5}
    async with race(app_url, rulebook(rewards=[mug]), members=8) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
        out = 0

        async def client(member: UUID) -> int:
            nonlocal out
            taken = 0
            for _ in range(6):
                answer = await racing.twins(member, RewardRedemption(reward="mug"))
                if not isinstance(answer, Recorded):
                    assert codes([answer]) == {"out_of_stock"}
                    continue
                out, taken = out + 1, taken + 1
                assert out <= 5
                await asyncio.sleep(0.003)
                # Counted as back before it is asked back: from then on somebody else may have it.
                out -= 1
                await racing.twins(member, RedemptionCancel(redemption=answer.row.id))
            return taken

        taken = await asyncio.gather(*(client(member) for member in shop.members * 2))
        assert sum(taken) >= 5
        assert await racing.balances() == [100] * 8
        last = await racing.at_once((member, RewardRedemption(reward="mug")) for member in shop.members * 2)
        assert (len(recorded(last)), codes(last)) == (5, {"out_of_stock"})


async def test_every_imported_code_goes_to_one_member(app_url: str) -> None:
    film = {"id": "film", "title": {"en": "A film"}, "cost_points": 1, "kind": "code_pool", "pool": "cinema"}
    async with race(app_url, rulebook(rewards=[film]), members=6) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
        given = [f"FILM-{number:02}" for number in range(20)]
        async with shop.process.database.transaction() as writer:
            await voucher_codes.add_codes(writer, shop.program.id, "cinema", given)
        answers = await asyncio.gather(
            *(racing.twins(member, RewardRedemption(reward="film")) for member in shop.members * 4)
        )
        assert codes(answers) == {"out_of_stock"}
        async with shop.process.database.glancing() as reader:
            handed = [
                await voucher_codes.codes_of(reader, shop.program.id, answer.row.id) for answer in recorded(answers)
            ]
        assert sorted(code for (code,) in handed) == given


async def test_staff_give_away_their_day_and_no_point_more(app_url: str) -> None:
    goodwill = {"points_per_staff_and_day": 50, "points_max": 20}
    async with race(app_url, rulebook(goodwill=goodwill), members=4) as racing:
        gifts: list[tuple[UUID, Command]] = [
            (member, Goodwill(points=points, staff=staff, reason="cold_coffee"))
            for points in (7, 11, 13, 1)
            for member in racing.shop.members
            for staff in ("an", "binh")
        ]
        random.Random(5).shuffle(gifts)  # noqa: S311 - chance, no secret
        answers = await asyncio.gather(*(racing.twins(*gift) for gift in gifts))
        given: Counter[str] = Counter()
        for answer in recorded(answers):
            assert isinstance(answer.row.command, Goodwill)
            given[answer.row.command.staff] += answer.row.change.points
        assert codes(answers) == {"goodwill_used_up"}
        assert sum(await racing.balances()) == given.total()
        assert all(37 < given[staff] <= 50 for staff in ("an", "binh"))
