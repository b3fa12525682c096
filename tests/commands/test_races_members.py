"""Several accounts at once on two processes: circles of gifts, shared wallets, accounts that are merged meanwhile."""

import asyncio
import random
from uuid import UUID

from app.commands.asks import Answered, Recorded
from app.engine.commands import (
    Block,
    Command,
    HoldPlace,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    LetTimePass,
    MergeOut,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    TransferOut,
    Unblock,
)
from app.repositories import ledger
from tests.commands.races import Race, codes, race, recorded
from tests.engine.builders import basket, rulebook


async def test_gifts_in_circles_lose_and_make_no_point(app_url: str) -> None:
    """Each gives to the next and to the one before, in both directions, on both processes, as twins."""
    async with race(app_url, rulebook(transfers={}), members=5) as racing:
        members = racing.shop.members
        await racing.shop.together(*((member, Purchase(basket=basket(40))) for member in members))
        chance = random.Random(11)  # noqa: S311 - chance, no secret
        gifts = [
            (members[n], TransferOut(to=members[(n + step) % 5], points=chance.randint(1, 15)))
            for _ in range(12)
            for n in range(5)
            for step in (1, -1, 2)
        ]
        answers = await asyncio.gather(*(racing.twins(*gift) for gift in gifts))
        assert codes(answers) <= {"insufficient_points"}
        assert len(recorded(answers)) > 60
        expected = dict.fromkeys(members, 40)
        for answer in recorded(answers):
            assert isinstance(answer.row.command, TransferOut)
            expected[answer.row.member] += answer.row.change.points
            expected[answer.row.command.to] -= answer.row.change.points
        assert await racing.balances() == list(expected.values())
        assert sum(expected.values()) == 200


async def test_a_shared_wallet_is_spent_by_all_of_its_members_exactly_to_zero(app_url: str) -> None:
    async with race(app_url, rulebook(), members=4) as racing:
        shop, home = racing.shop, await racing.shop.joined()
        family = [member for member in shop.members if member != home]
        await shop.together(*((member, Purchase(basket=basket(50))) for member in family))
        for member in family:
            await shop.must(member, HouseholdJoin(household=home))
        answers = await asyncio.gather(*(racing.twins(member, Redemption(points=3)) for member in family * 20))
        spent = sum(-asked_for(answer.row.command) for answer in recorded(answers))
        assert (spent, codes(answers)) == (198, {"insufficient_points"})
        assert await racing.balances(*family, home) == [0, 0, 0, 0, 2]


async def test_households_change_while_their_members_buy_and_spend(app_url: str) -> None:
    """Joining, leaving, buying, spending and the household's own time: every lock is wanted from both sides."""
    async with race(app_url, rulebook(transfers={}), members=4) as racing:
        shop, home = racing.shop, await racing.shop.joined()
        family = [member for member in shop.members if member != home]

        async def client(number: int) -> tuple[int, int]:
            chance = random.Random(number)  # noqa: S311 - chance, no secret
            earned = spent = 0
            for _ in range(12):
                member = chance.choice(family)
                commands: list[Command] = [
                    Purchase(basket=basket(10)),
                    Purchase(basket=basket(10)),
                    Redemption(points=4),
                    HouseholdJoin(household=home),
                    HouseholdLeave(),
                    TransferOut(to=chance.choice(family), points=2),
                ]
                command = chance.choice(commands)
                answer = await racing.twins(member, command)
                await racing.at_once([(home, LetTimePass())])
                if isinstance(answer, Recorded):
                    earned += 10 * isinstance(command, Purchase)
                    spent += 4 * isinstance(command, Redemption)
            return earned, spent

        done = await asyncio.gather(*map(client, range(10)))
        assert sum(await racing.balances()) == sum(earned - spent for earned, spent in done)


async def test_a_merge_among_earning_and_spending_loses_nothing(app_url: str) -> None:
    """What came before the merge went along, what came after was decided on the heir, and all of it can be undone."""
    async with race(app_url, rulebook(transfers={}), members=9) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))
        pairs = [(shop.members[n], shop.members[n + 1]) for n in (0, 2, 4, 6)]
        other = shop.members[8]
        answers = await asyncio.gather(*(among_a_merge(racing, *pair, other, n) for n, pair in enumerate(pairs)))
        assert {code for found in answers for code in codes(found)} <= {"insufficient_points"}
        on_the_heir = 0
        for found, (closed, heir) in zip(answers, pairs, strict=True):
            assert {answer.row.member for answer in recorded(found)} == {closed, heir}
            moved = sum(asked_for(answer.row.command) for answer in recorded(found))
            assert await racing.balances(closed, heir) == [200 + moved] * 2
            on_the_heir += sum(answer.row.member == heir for answer in recorded(found))
            undone = await undo(racing, closed, found)
            assert await racing.balances(heir) == [200 + moved + undone]
            assert await racing.free(heir) == 199
        assert 4 * 12 < on_the_heir < 4 * 24
        assert await racing.balances(other) == [104]


def asked_for(command: Command) -> int:
    """What an accepted command of the tests below moves in its member's main wallet."""
    match command:
        case Purchase(basket=bought):
            return sum(line.amount_minor for line in bought.lines)
        case Redemption(points=points):
            return -points
        case TransferOut(points=int(points)):
            return -points
        case _:
            return 0


async def among_a_merge(racing: Race, closed: UUID, heir: UUID, other: UUID, number: int) -> list[Answered]:
    """Purchases, redemptions, holds and gifts on both accounts while one is merged into the other, by twins."""
    chance = random.Random(number)  # noqa: S311 - chance, no secret
    usual: list[Command] = [Purchase(basket=basket(7)), Redemption(points=9), HoldPlace(points=2)]
    commands: list[tuple[UUID, Command]] = [(member, chance.choice(usual)) for member in (closed, heir) * 12]
    commands.append((closed, TransferOut(to=other, points=1)))
    chance.shuffle(commands)

    async def asked(place: int, member: UUID, command: Command) -> Answered:
        await asyncio.sleep(place * 0.002)
        return await racing.twins(member, command)

    asking = [asked(place, *each) for place, each in enumerate(commands)]
    return list(await asyncio.gather(*asking, asked(6 + number * 3, closed, MergeOut(into=heir))))


async def undo(racing: Race, member: UUID, answers: list[Answered]) -> int:
    """Undo at once every purchase, redemption and hold; returns the points moved."""
    wanted: list[tuple[UUID, Command]] = []
    for answer in recorded(answers):
        match answer.row.command:
            case Purchase():
                wanted.append((member, Refund(purchase=answer.row.id)))
            case Redemption():
                wanted.append((member, RedemptionCancel(redemption=answer.row.id)))
            case HoldPlace():
                wanted.append((member, HoldRelease(hold=answer.row.id)))
            case _:
                pass
    undone = await asyncio.gather(*(racing.twins(*each) for each in wanted))
    assert codes(undone) == set()
    return sum(answer.row.change.points for answer in recorded(undone))


async def test_two_merges_in_opposite_directions_leave_one_account_open(app_url: str) -> None:
    async with race(app_url, rulebook(), members=6) as racing:
        shop = racing.shop
        await shop.together(*((member, Purchase(basket=basket(10))) for member in shop.members))
        for one, other in zip(shop.members[::2], shop.members[1::2], strict=True):
            answers = await asyncio.gather(
                racing.twins(one, MergeOut(into=other)), racing.twins(other, MergeOut(into=one))
            )
            assert (len(recorded(answers)), codes(answers)) == (1, {"member_merged"})
            assert await racing.balances(one, other) == [20, 20]


async def test_a_ring_of_merges_does_not_swallow_everybody(app_url: str) -> None:
    async with race(app_url, rulebook(), members=3) as racing:
        one, other, third = racing.shop.members
        await racing.shop.together(*((member, Purchase(basket=basket(10))) for member in racing.shop.members))
        answers = await asyncio.gather(
            racing.twins(one, MergeOut(into=other)),
            racing.twins(other, MergeOut(into=third)),
            racing.twins(third, MergeOut(into=one)),
        )
        assert len(recorded(answers)) in (1, 2)
        assert codes(answers) == {"member_merged"}
        assert sum(await own_balances(racing)) == 30


async def own_balances(racing: Race) -> list[int]:
    """The balances of the accounts themselves, closed ones included."""
    async with racing.shop.process.database.glancing() as reader:
        seen = await ledger.glance(reader, racing.shop.program.id, racing.shop.members)
    return [seen[member].account.balance for member in racing.shop.members]


async def test_nothing_is_spent_between_a_block_and_its_end(app_url: str) -> None:
    async with race(app_url, rulebook(), members=1) as racing:
        member = racing.shop.members[0]
        await racing.shop.must(member, Purchase(basket=basket(1000)))
        commands: list[tuple[UUID, Command]] = [(member, Redemption(points=1))] * 60
        commands[20:20] = [(member, Block(reason="lost_card"))]
        commands[40:40] = [(member, Unblock())]
        answers = recorded(await racing.at_once(commands))
        blocked = False
        for answer in sorted(answers, key=lambda answer: answer.row.number):
            match answer.row.command:
                case Block():
                    blocked = True
                case Unblock():
                    blocked = False
                case _:
                    assert not blocked
