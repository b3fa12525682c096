"""A draft beside the rulebook in force: what refunds take back, activities, and a draft that changes nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.commands.asks import Recorded
from app.commands.shadows import follow
from app.commands.timelines import Timelines
from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import Command, MergeOut, Move, Purchase, Refund, RefundLine, Void
from app.engine.corrected import Correction
from app.engine.rulebook.document import Rulebook
from app.repositories import crowds, details, journal, shadows
from app.repositories.details import Details
from app.repositories.shadows import Difference, Shadow
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import basket, rulebook
from tests.engine.players import book

REVIEW = {"id": "review", "title": {"en": "Review"}}
BASE = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}
LARGE = {"kind": "amount", "at_least_minor": 100}
NOT_RECORDED = {"kind": "purchase_number", "at_least": 1}


def thanks(points: int) -> dict[str, Any]:
    return {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": points}}


def reviewed(*rules: dict[str, Any], **kind: Any) -> Rulebook:
    """Purchases earn one for one; reviews by these rules."""
    return book(activities=[REVIEW | kind], earning={"rules": [BASE, *rules]})


class Watched(Shop):
    """A shop with a draft in shadow that looks at every fact as soon as it is recorded."""

    shadow = UUID(int=0)

    async def watch(self, document: Rulebook) -> None:
        async with self.process.database.transaction() as writer:
            head = await crowds.head(writer, self.program.id)
            began = Shadow(
                id=uuid4(),
                draft=uuid4(),
                revision=1,
                document=document.model_dump_json(by_alias=True),
                state="running",
                from_number=head,
                number=head,
                started_at=datetime.now(UTC),
                started_by=self.program.id,
            )
            await shadows.insert(writer, self.program.id, began)
        self.shadow = began.id

    async def must(self, member: UUID, command: Command, key: str | None = None) -> Recorded:
        answer = await super().must(member, command, key)
        if self.shadow.int:
            await self.caught_up()
        return answer

    async def caught_up(self) -> None:
        while await follow(self.process.database, Timelines(), self.program, self.shadow):
            pass

    async def seen(self) -> Shadow:
        async with self.process.database.transaction() as writer:
            found = await shadows.lock(writer, self.program.id, self.shadow)
        assert found is not None
        return found

    async def sums(self) -> tuple[int, int, int]:
        """The points under both, and how many facts differ."""
        found = await self.seen()
        return found.live_points, found.draft_points, len(await self.differences())

    async def differences(self) -> list[Difference]:
        async with self.process.database.glancing() as reader:
            return await shadows.page(reader, self.program.id, self.shadow, after=None, limit=1000)


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def watched(worker: Process, live: Rulebook, draft: Rulebook, **more: Any) -> Watched:
    shop = await opened(worker, live, **more)
    found = Watched(program=shop.program, members=shop.members, process=worker, numbers=shop.numbers)
    await found.watch(draft)
    return found


def doubled() -> Rulebook:
    return rulebook(earning={"rules": [BASE | {"effect": {"kind": "per_amount", "points": 2, "per_minor": 1}}]})


async def test_a_refund_takes_from_both_what_a_refund_of_each_would_have_asked_back(worker: Process) -> None:
    shop = await watched(worker, rulebook(), doubled())
    (member,) = shop.members
    bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
    assert await shop.sums() == (100, 200, 1)
    await shop.must(member, Refund(purchase=bought, lines=(RefundLine(line=1),)))
    (found,) = await shop.differences()
    assert (found.fact, found.live_points, found.draft_points, found.counts) == (bought, 60, 120, 60)
    assert (found.why.live, found.why.draft) == ({"base": 60}, {"base": 120})
    assert await shop.sums() == (60, 120, 1)


async def test_nothing_is_left_of_a_purchase_that_went_back(worker: Process) -> None:
    shop = await watched(worker, rulebook(), doubled())
    (member,) = shop.members
    for undoing in (Refund, Void):
        bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
        await shop.must(member, undoing(purchase=bought))
        assert await shop.sums() == (0, 0, 0)
    assert (await shop.seen()).compared == 2


@pytest.mark.parametrize("when", [LARGE, {"kind": "all", "conditions": [LARGE, NOT_RECORDED]}])
async def test_a_purchase_on_which_both_agreed_differs_once_its_refund_does(worker: Process, when: Any) -> None:
    """The draft gives its hundred for large baskets only; what remains of this one is small."""
    large_only = rulebook(
        earning={"rules": [{"id": "large", "when": when, "effect": {"kind": "bonus", "points": 100}}]}
    )
    shop = await watched(worker, rulebook(), large_only)
    (member,) = shop.members
    bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
    assert await shop.sums() == (100, 100, 0)
    await shop.must(member, Refund(purchase=bought, lines=(RefundLine(line=1),)))
    assert await shop.sums() == (60, 0, 1)
    await shop.must(member, Refund(purchase=bought))
    assert await shop.sums() == (0, 0, 0)


async def test_many_small_refunds_leave_what_one_large_one_leaves(worker: Process) -> None:
    step = BASE | {"effect": {"kind": "per_amount", "points": 3, "per_minor": 7}}
    shop = await watched(worker, rulebook(), rulebook(earning={"rules": [step]}))
    (member,) = shop.members
    small, large = [(await shop.must(member, Purchase(basket=basket(60, 40)))).row.id for _ in range(2)]
    for amount in (1, 13, 2, 9):
        await shop.must(member, Refund(purchase=small, amount_minor=amount))
    await shop.must(member, Refund(purchase=large, amount_minor=25))
    assert [(each.live_points, each.draft_points) for each in await shop.differences()] == [(75, 32), (75, 32)]


async def test_a_refund_never_credits_under_the_draft_either(worker: Process) -> None:
    """What remains is small enough for a bonus: what was asked back stays asked back, and no more is given."""
    small = {"id": "small", "when": {"kind": "amount", "at_most_minor": 50}, "effect": {"kind": "bonus", "points": 100}}
    shop = await watched(worker, rulebook(), rulebook(earning={"rules": [BASE, small]}))
    (member,) = shop.members
    bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
    for amount in (10, 50):
        await shop.must(member, Refund(purchase=bought, amount_minor=amount))
    assert await shop.sums() == (40, 90, 1)


async def test_what_the_draft_read_of_a_member_holds_for_the_refund(worker: Process) -> None:
    """The second purchase has a bonus under the draft, also when the first has gone back before its refund."""
    second = {
        "id": "second",
        "when": {"kind": "purchase_number", "every": 2},
        "effect": {"kind": "bonus", "points": 50},
    }
    shop = await watched(worker, rulebook(), rulebook(earning={"rules": [BASE, second]}))
    (member,) = shop.members
    first, other = [(await shop.must(member, Purchase(basket=basket(60, 40)))).row.id for _ in range(2)]
    await shop.must(member, Refund(purchase=first))
    await shop.must(member, Refund(purchase=other, lines=(RefundLine(line=0),)))
    (found,) = await shop.differences()
    assert (found.fact, found.live_points, found.draft_points) == (other, 40, 90)
    assert found.why.draft == {"base": 40, "second": 50}


async def test_what_was_answered_at_the_time_holds_under_the_draft_as_well(worker: Process) -> None:
    """The member changed the plan before the shadow came to look."""
    plan = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}
    when = {"kind": "attribute", "name": "plan", "any_of": ["gold"]}
    dear = {"id": "dear", "when": when, "effect": {"kind": "bonus", "points": 7}}
    document = book(attributes=[plan], earning={"rules": [BASE, dear]})
    shop = await watched(worker, document, document)
    (member,) = shop.members
    for chosen in ("gold", "basic"):
        async with worker.database.transaction() as writer:
            told = Details(attributes={"plan": chosen})
            await details.keep(writer, shop.program.id, member, told, datetime.now(UTC))
        if chosen == "gold":
            await Shop.must(shop, member, Purchase(basket=basket(100)))
    await shop.caught_up()
    assert await shop.sums() == (107, 107, 0)


async def test_a_moved_purchase_counts_once_for_whom_it_was_moved_to(worker: Process) -> None:
    shop = await watched(worker, rulebook(), doubled(), number_of_members=2)
    one, other = shop.members
    bought = (await shop.must(one, Purchase(basket=basket(60, 40)))).row.id
    await shop.must(one, Move(purchase=bought, to=other))
    (found,) = await shop.differences()
    assert (found.member, found.live_points, found.draft_points) == (other, 100, 200)
    assert await shop.sums() == (100, 200, 1)


async def test_refunds_of_what_was_bought_before_the_shadow_began_are_nothing_to_it(worker: Process) -> None:
    shop = await watched(worker, rulebook(), doubled())
    (member,) = shop.members
    bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
    await shop.watch(doubled())
    await shop.must(member, Refund(purchase=bought))
    assert (await shop.sums(), (await shop.seen()).compared) == ((0, 0, 0), 0)


async def test_a_purchase_that_could_not_be_judged_stays_unknown_when_it_goes_back(worker: Process) -> None:
    shop = await watched(worker, rulebook(), doubled(), number_of_members=2)
    one, other = shop.members
    # Not followed in between, so that the account is closed when it is looked at.
    bought = (await Shop.must(shop, one, Purchase(basket=basket(100)))).row.id
    await Shop.must(shop, one, MergeOut(into=other))
    await shop.must(other, Refund(purchase=bought))
    found = await shop.seen()
    assert (found.compared, found.unknown, found.live_points, found.draft_points) == (0, 1, 0, 0)
    assert await shop.differences() == []


async def test_activities_are_judged_under_both_with_the_rules_that_make_the_difference(worker: Process) -> None:
    shop = await watched(worker, reviewed(thanks(20)), reviewed(thanks(30)))
    (member,) = shop.members
    done = (await shop.must(member, Activity(kind="review"))).row.id
    (found,) = await shop.differences()
    assert (found.fact, found.kind, found.live_points, found.draft_points, found.counts) == (done, 50, 20, 30, 10)
    assert (found.why.live, found.why.draft) == ({"thanks": 20}, {"thanks": 30})
    assert (await shop.seen()).compared == 1
    await shop.must(member, ActivityCancel(activity=done))
    assert await shop.sums() == (0, 0, 0)


async def test_an_activity_on_which_both_agreed_is_gone_from_both_when_it_is_cancelled(worker: Process) -> None:
    shop = await watched(worker, reviewed(thanks(20)), reviewed(thanks(20)))
    (member,) = shop.members
    done = (await shop.must(member, Activity(kind="review"))).row.id
    assert await shop.sums() == (20, 20, 0)
    await shop.must(member, ActivityCancel(activity=done))
    assert await shop.sums() == (0, 0, 0)


async def test_an_activity_that_the_draft_does_not_take_gets_nothing_of_it(worker: Process) -> None:
    """Neither of a draft that does not know its kind nor of one with a limit that is reached."""
    once = reviewed(thanks(20), limits=[{"per": "day", "times": 1}])
    shop = await watched(worker, reviewed(thanks(20)), once)
    (member,) = shop.members
    for _ in range(2):
        await shop.must(member, Activity(kind="review"))
    assert await shop.sums() == (40, 20, 1)
    await shop.watch(rulebook())
    await shop.must(member, Activity(kind="review"))
    (found,) = await shop.differences()
    assert (found.live_points, found.draft_points, found.why.live, found.why.draft) == (20, 0, {"thanks": 20}, {})


async def test_a_correction_is_seen_in_what_the_member_has(worker: Process) -> None:
    """The live side is what members have, so a purchase that was put right does not differ from the right draft."""
    shop = await watched(worker, rulebook(), doubled())
    (member,) = shop.members
    bought = (await shop.must(member, Purchase(basket=basket(60, 40)))).row.id
    await shop.publish(doubled(), 2, datetime.now(UTC) - timedelta(days=1))
    await shop.must(member, Correction(purchase=bought, correction=uuid4(), under=2))
    assert await shop.sums() == (200, 200, 0)
    await shop.must(member, Refund(purchase=bought, lines=(RefundLine(line=1),)))
    assert await shop.sums() == (120, 120, 0)


async def test_a_draft_that_changes_nothing_never_differs(worker: Process) -> None:
    """Whatever happens to members: voids, moves, refunds in parts, households, merges."""
    shop = await watched(worker, everything(), everything(), test_now=START)
    await live(shop)
    found = await shop.seen()
    async with worker.database.glancing() as reader:
        rows = await journal.after(reader, shop.program.id, 0, 1000)
    assert found.number == rows[-1].number
    assert (found.compared, found.unknown) == (sum(isinstance(row.command, Purchase) for row in rows), 0)
    assert await shop.differences() == []
    assert found.live_points == found.draft_points > 0
