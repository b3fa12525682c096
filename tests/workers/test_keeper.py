"""The keeper tells of birthdays: on the day that the rulebook names, once, and only who may hear of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.commands.birthdays import dates_on
from app.commands.erasure import Erased, erase
from app.commands.programs import Programs
from app.commands.timelines import Timelines
from app.engine.commands import Block, MergeOut
from app.engine.rulebook.document import Rulebook
from app.repositories import details, journal
from app.repositories.details import Birthday, Details
from app.workers.keeper import carry_on
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import day, instant, rulebook

WEEK_BEFORE = rulebook(birthday_notice_days=7)
ON_THE_DAY = rulebook(birthday_notice_days=0)


@pytest.fixture
async def working(database: Urls) -> AsyncIterator[Process]:
    async with process(database.app) as found:
        yield found


async def shop_with(
    working: Process, *birthdays: tuple[int, int] | None, document: Rulebook = WEEK_BEFORE, now: str = "2026-02-20"
) -> Shop:
    """A shop at nine in the morning whose members have these birthdays, month and day."""
    shop = await opened(working, document, number_of_members=len(birthdays), test_now=at(now))
    for member, birthday in zip(shop.members, birthdays, strict=True):
        if birthday is not None:
            await born(shop, member, birthday)
    return shop


async def born(shop: Shop, member: UUID, birthday: tuple[int, int]) -> None:
    told = Details(birthday=Birthday(month=birthday[0], day=birthday[1]))
    async with shop.process.database.transaction() as writer:
        await details.keep(writer, shop.program.id, member, told, datetime.now(UTC))


def at(local: str) -> datetime:
    return datetime.fromtimestamp(instant(f"{local} 09:00") / 1_000_000, UTC)


async def heard(shop: Shop, *days: str) -> list[tuple[int, str, str]]:
    """Whose birthday word has been given of once the keeper has come round on these days: who, when, and of which."""
    found = shop.process
    for local in days:
        await shop.clock(at(local))
        for _ in range(2):
            await carry_on(found.database, found.lanes, Programs(found.database), Timelines())
    async with found.database.glancing() as reader:
        rows = await journal.after(reader, shop.program.id, 0, 1000)
    return [
        (shop.members.index(row.member), local_date(notice.at_us), local_date(notice.on_us))
        for row in rows
        for notice in row.change.notices
        if notice.kind == "birthday"
    ]


def local_date(at_us: int) -> str:
    """The local date that begins at an instant."""
    return next(text for text in DAYS if instant(text) == at_us)


DAYS = [f"{year}-{month:02}-{number:02}" for year in (2026, 2027) for month in (2, 3) for number in range(1, 29)]


async def test_word_is_given_so_many_days_before_a_birthday_and_once_a_year(working: Process) -> None:
    shop = await shop_with(working, (2, 27), (2, 26), (2, 28), None)
    assert await heard(shop, "2026-02-20") == [(0, "2026-02-20", "2026-02-27")]
    assert (await heard(shop, "2026-02-21"))[1:] == [(2, "2026-02-21", "2026-02-28")]
    year_later = await heard(shop, "2027-02-18", "2027-02-19", "2027-02-20")
    assert year_later[2:] == [(1, "2027-02-19", "2027-02-26"), (0, "2027-02-20", "2027-02-27")]


async def test_days_on_which_nobody_looked_are_made_up_for_with_their_own_instants(working: Process) -> None:
    shop = await shop_with(working, (2, 28), (3, 1), (3, 3))
    told = [(0, "2026-02-21", "2026-02-28"), (1, "2026-02-22", "2026-03-01")]
    assert await heard(shop, "2026-02-20", "2026-02-23") == told


async def test_a_birthday_that_is_over_is_not_told_any_more(working: Process) -> None:
    shop = await shop_with(working, (2, 21), (2, 23), document=ON_THE_DAY)
    assert await heard(shop, "2026-02-20", "2026-02-23") == [(1, "2026-02-23", "2026-02-23")]


async def test_a_birthday_on_a_leap_day_is_on_the_28th_in_other_years(working: Process) -> None:
    shop = await shop_with(working, (2, 29), (2, 28), (3, 1), document=ON_THE_DAY, now="2026-02-28")
    assert sorted(await heard(shop, "2026-02-28")) == [(0, "2026-02-28", "2026-02-28"), (1, "2026-02-28", "2026-02-28")]


def test_a_leap_day_has_a_day_of_its_own_in_its_years() -> None:
    dates = [[(found.month, found.day) for found in dates_on(day(f"{when}"))] for when in ("2028-02-28", "2028-02-29")]
    assert dates == [[(2, 28)], [(2, 29)]]


async def test_who_is_blocked_or_goes_on_as_somebody_else_hears_nothing(working: Process) -> None:
    shop = await shop_with(working, (2, 27), (2, 27), (2, 27))
    await shop.must(shop.members[0], Block(reason="fraud"))
    await shop.must(shop.members[1], MergeOut(into=shop.members[2]))
    assert [who for who, _, _ in await heard(shop, "2026-02-20")] == [2]


async def test_there_is_no_word_of_who_was_erased_and_the_books_stay(working: Process) -> None:
    shop = await shop_with(working, (2, 26), (2, 27))
    told = await heard(shop, "2026-02-19")
    erased = await erase(working.database, working.lanes, shop.program, 1, shop.members[1], shop.key())
    assert isinstance(erased, Erased)
    assert await heard(shop, "2026-02-20", "2027-02-19") == [*told, (0, "2027-02-19", "2027-02-26")]
    report = await audit(working.database, shop.program.id, lambda *_: None)
    assert report.programs[0].findings == ()


async def test_a_birthday_that_is_told_again_after_it_was_put_right_is_one(working: Process) -> None:
    shop = await shop_with(working, (2, 27))
    await heard(shop, "2026-02-20")
    await born(shop, shop.members[0], (2, 28))
    assert await heard(shop, "2026-02-21") == [(0, "2026-02-20", "2026-02-27")]


async def test_nothing_is_told_before_a_version_asks_for_it_and_nothing_of_days_before_that(working: Process) -> None:
    shop = await shop_with(working, (2, 27), (3, 1), document=rulebook())
    await heard(shop, "2026-02-20")
    await shop.publish(WEEK_BEFORE, 2, at("2026-02-22"))
    assert await heard(shop, "2026-02-21", "2026-02-22") == [(1, "2026-02-22", "2026-03-01")]
    await shop.publish(rulebook(), 3, at("2026-02-23"))
    await born(shop, shop.members[0], (3, 2))
    assert await heard(shop, "2026-02-23") == [(1, "2026-02-22", "2026-03-01")]
