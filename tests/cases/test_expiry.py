"""Published cases of points that end: by their own date, and because nothing happens for a year."""

import httpx

from tests.api.rulebooks import plain
from tests.api.shopping import made, read
from tests.cases.published import bought, day, entries, newcomer, opened, points

ONE_DAY = {"kind": "rolling_days", "days": 1}
YEAR_OF_SILENCE = {"kind": "inactivity", "months": 12}


async def test_points_are_gone_after_their_last_day(client: httpx.AsyncClient) -> None:
    """Case set-exp-01-past.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/LoyaltyLedgerExpireTest.php,
    it_expires_a_lot_past_its_expiry_date. Nobody has to run anything: they are gone when their time has come, and the
    next thing that is recorded books it.
    """
    shop = await opened(client, expiry=ONE_DAY)
    member = await newcomer(shop)
    await bought(shop, member, 150)
    await day(shop, "2026-01-03")
    assert await points(shop, member) == 0
    await bought(shop, member, 0)
    assert await entries(shop, member) == [("accrual", 150), ("expiry", -150)]


async def test_points_whose_last_day_is_not_over_are_there(client: httpx.AsyncClient) -> None:
    """Case set-exp-02-future.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/LoyaltyLedgerExpireTest.php,
    it_leaves_a_lot_that_has_not_yet_expired.
    """
    shop = await opened(client, expiry=ONE_DAY)
    member = await newcomer(shop)
    await bought(shop, member, 150)
    await day(shop, "2026-01-02", "23:59:59")
    await bought(shop, member, 0)
    assert await points(shop, member) == 150
    assert await entries(shop, member) == [("accrual", 150)]


async def test_points_expire_once_however_often_somebody_looks(client: httpx.AsyncClient) -> None:
    """Case set-exp-05-run-twice.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/LoyaltyLedgerExpireTest.php, it_is_idempotent.
    """
    shop = await opened(client, expiry=ONE_DAY)
    member = await newcomer(shop)
    await bought(shop, member, 150)
    for date in ("2026-01-03", "2026-01-04"):
        await day(shop, date)
        await bought(shop, member, 0)
        assert await points(shop, member) == 0
        assert await entries(shop, member) == [("accrual", 150), ("expiry", -150)]


async def test_whatever_a_member_does_gives_all_points_another_year(client: httpx.AsyncClient) -> None:
    """Case loloyal-exp-01.

    Source: help.loloyal.com/en/articles/11797973-configure-points-expiry. The year is counted from the last activity,
    and the day that the case names is the last one on which the points are good (point 7).
    """
    shop = await opened(client, on="2022-11-30", expiry=YEAR_OF_SILENCE)
    member = await newcomer(shop)
    await bought(shop, member, 100)
    await day(shop, "2022-12-04")
    await bought(shop, member, 50)
    await day(shop, "2023-12-04", "23:59:59")
    soon = (await read(shop, f"/v1/members/{member}/balance"))["expiring_soon"]
    assert [(each["points"], each["last_valid_day"]) for each in soon["data"]] == [(150, "2023-12-04")]
    assert await points(shop, member) == 150
    await day(shop, "2023-12-05", "00:00")
    assert await points(shop, member) == 0


async def test_points_from_before_the_feature_was_switched_on_stay(client: httpx.AsyncClient) -> None:
    """Case loloyal-exp-01.

    Source: help.loloyal.com/en/articles/11797973-configure-points-expiry. There, points of the time before end with
    the others; a new version of ours never shortens points that were issued already (point 25).
    """
    shop = await opened(client, on="2022-11-29")
    member = await newcomer(shop)
    await bought(shop, member, 100)
    await day(shop, "2022-11-30", "00:00")
    await made(shop, "/v1/rulebooks", {"document": plain(expiry=YEAR_OF_SILENCE)}, token=shop.manager)
    await day(shop, "2022-12-04")
    await bought(shop, member, 50)
    await day(shop, "2023-12-05", "00:00")
    assert await points(shop, member) == 100
