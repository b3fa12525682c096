"""The books of members beside the tables: every row that should be there is, as it should be, and no other."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from app.commands.audit import expected
from app.commands.audit.book import Book
from app.commands.audit.expected import Rows
from app.commands.audit.report import Findings
from app.repositories import holdings
from app.repositories.database import Snapshot
from app.repositories.holdings import Holding, Values
from app.repositories.programs import Program
from app.repositories.rare import Voucher

HOLDINGS: Final[tuple[tuple[Holding, Callable[[Book], Rows]], ...]] = (
    (holdings.ACCOUNTS, expected.accounts),
    (holdings.PURSES, expected.purses),
    (holdings.LOTS, expected.lots),
    (holdings.ENTRIES, expected.entries),
    (holdings.TALLIES, expected.tallies),
    (holdings.TIER_MOVES, expected.tier_moves),
    (holdings.HOLDS, expected.holds),
    (holdings.COUNTERS, expected.counters),
)


class Comparison:
    """Compares some members at a time, and at the end what belongs to all of them."""

    def __init__(self, snapshot: Snapshot, program: Program, findings: Findings) -> None:
        self._snapshot = snapshot
        self._program = program
        self._findings = findings
        self._reversals = 0
        # A fact may also be reversed by rows of the account into which its own was merged.
        self._unexplained: dict[UUID, tuple[set[UUID], set[UUID]]] = {}
        self._stocks: dict[str, int] = {}

    async def members(self, books: Mapping[UUID, Book]) -> None:
        """Compare what these members have."""
        members = list(books)
        for holding, rows_of in HOLDINGS:
            found = await holdings.held(self._snapshot, self._program.id, holding, members)
            for member, book in books.items():
                self._differ(holding, member, rows_of(book), found[member])
        await self._compare_vouchers(books)
        await self._compare_reversals(books)
        for book in books.values():
            for name, taken in book.stocks.items():
                self._stocks[name] = self._stocks.get(name, 0) + taken

    async def silent(self, members: list[UUID]) -> None:
        """Accounts of whom the journal knows nothing have nothing."""
        for holding, _ in HOLDINGS:
            found = await holdings.held(self._snapshot, self._program.id, holding, members)
            for member in members:
                rows: Mapping[object, Values] = {}
                if holding is holdings.ACCOUNTS:
                    # The clock of an account that nothing has happened to is where its creator put it.
                    place = holding.columns.index("now_at")
                    row = list(expected.account_row(Book(member).account))
                    row[place] = found[member][()][place]
                    rows = {(): tuple(row)}
                self._differ(holding, member, rows, found[member])

    async def finish(self) -> None:
        """Compare what belongs to no single member: reversals across accounts, and stocks."""
        for fact, (wanted, stored) in self._unexplained.items():
            if stored != wanted:
                said, should = (", ".join(sorted(map(str, each))) or "nothing" for each in (stored, wanted))
                self._findings.add("fold", f"reversals of {fact}: {said}, the journal says {should}")
        on_record = await holdings.reversals_on_record(self._snapshot, self._program.id)
        # A member whose rows do not fold has been reported, and so has a fact whose reversals differ.
        if on_record != self._reversals and "fold" not in self._findings.failures:
            self._findings.add("fold", f"{on_record} reversals are on record, the journal says {self._reversals}")
        if "fold" not in self._findings.failures:
            await self._compare_stocks()

    async def _compare_stocks(self) -> None:
        stored = await holdings.stocks(self._snapshot, self._program.id)
        for name in sorted(stored.keys() | self._stocks.keys()):
            taken, size = stored.get(name, (0, None))
            if taken != self._stocks.get(name, 0):
                message = f"{name}: {taken} are gone, the journal says {self._stocks.get(name, 0)}"
                self._findings.add("stocks", message)
            if size is not None and taken > size:
                self._findings.add("stocks", f"{name}: {taken} are gone of {size}")

    async def _compare_vouchers(self, books: Mapping[UUID, Book]) -> None:
        vouchers = [voucher for book in books.values() for voucher in book.vouchers]
        places = [(v.pool, v.pool_place) for v in vouchers if v.pool is not None and v.pool_place is not None]
        pooled = await holdings.pool_codes(self._snapshot, self._program.id, places) if places else {}
        found = await holdings.held(self._snapshot, self._program.id, holdings.VOUCHERS, list(books))
        for member, book in books.items():
            rows: Rows = {(v.fact, v.place): (_code(v, pooled),) for v in book.vouchers}
            self._differ(holdings.VOUCHERS, member, rows, found[member])

    async def _compare_reversals(self, books: Mapping[UUID, Book]) -> None:
        wanted: dict[UUID, set[UUID]] = {}
        for book in books.values():
            for fact, by in book.reversed_by.items():
                self._reversals += len(by)
                wanted.setdefault(fact, set()).update(by)
        found = await holdings.reversals(self._snapshot, self._program.id, list(wanted)) if wanted else {}
        for fact, expected_ in wanted.items():
            if found[fact] != expected_:
                known, _ = self._unexplained.get(fact, (set(), set()))
                self._unexplained[fact] = (known | expected_, found[fact])

    def _differ(
        self, holding: Holding, member: UUID, expected_: Mapping[object, Values], found: Mapping[object, Values]
    ) -> None:
        if expected_ == found:
            return
        for key in sorted(expected_.keys() | found.keys(), key=str):
            what = _named(holding, key)
            should, does = expected_.get(key), found.get(key)
            if should is None:
                self._findings.add("fold", f"{what}: is there, the journal knows nothing of it", member=member)
            elif does is None:
                self._findings.add("fold", f"{what}: is missing", member=member)
            else:
                for column, wanted, stored in zip(holding.columns, should, does, strict=True):
                    if wanted != stored:
                        message = f"{what}: {column} is {stored}, the journal says {wanted}"
                        self._findings.add("fold", message, member=member)


def _named(holding: Holding, key: object) -> str:
    """The row as a finding calls it; the main wallet has no name."""
    assert isinstance(key, tuple)
    parts = [f"{column} {value}" for column, value in zip(holding.key, key, strict=True) if value != ""]
    return " ".join([holding.table, *parts])


def _code(voucher: Voucher, pooled: Mapping[tuple[str, int], str]) -> str | None:
    if voucher.pool is None or voucher.pool_place is None:
        return voucher.code
    return pooled.get((voucher.pool, voucher.pool_place))
