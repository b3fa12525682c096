"""What an audit found: per programme its totals, and for every check how often it failed and where."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.auditing import Broken, InFlight, Total

SAMPLES_MAX: Final = 20

CHECKS: Final[Mapping[str, str]] = {
    "balances": "a balance is the sum of its entries, and of its open lots less its debt",
    "asides": "pending and held points are those of the lots, and every held point belongs to one active hold",
    "entries": "entries are numbered without gap, add up, and were booked in order",
    "lots": "what a lot granted remains, or was used, expired, reversed or moved",
    "totals": "all entries sum to all balances",
    "days": "the totals of each day, tier and store are the sums of its entries, and those of referrals of its rows",
    "due": "nothing falls due before the account says so",
    "keys": "every key and every caller's own id was recorded once",
    "owners": "every row belongs to an account or a fact that exists",
    "effects": "no effect waits too long to be carried over",
    "numbers": "journal rows are numbered without gap up to the counter",
    "chain": "the chain of hashes holds",
    "columns": "the columns of a journal row say what its command and its Change say",
    "fold": "the journal folds to the accounts, wallets, lots, entries, holds, counters, tallies, tiers and codes",
    "stocks": "what is gone of a stock is what the journal took, as each decision was told, and no more than there was",
    "again": "deciding again on the recorded context gives the recorded Change",
}

Progress = Callable[[str, int, int], None]


class Finding(Struct, frozen=True, kw_only=True):
    """One place where a check failed: journal row, member or neither, and what is wrong there."""

    check: str
    row: int | None
    member: UUID | None
    message: str


class Audited(Struct, frozen=True, kw_only=True):
    """One programme. `failures` counts the failures of each check; `findings` are the first of each.

    `differing` counts rows of older releases that this release would decide differently: no failure.
    """

    program_id: UUID
    name: str
    members: int
    rows: int
    decided_again: int
    differing: int
    balance: int
    debt: int
    totals: tuple[Total, ...]
    tiers: tuple[tuple[str | None, int], ...]
    in_flight: InFlight
    failures: dict[str, int]
    findings: tuple[Finding, ...]
    seconds: int


class Report(Struct, frozen=True, kw_only=True):
    """The audit of one programme or of all."""

    programs: tuple[Audited, ...]

    @property
    def clean(self) -> bool:
        """Nothing was found."""
        return not any(program.failures for program in self.programs)


class Findings:
    """Collects failures: counts all of them, and keeps the first of each check."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._kept: list[Finding] = []

    def add(self, check: str, message: str, *, row: int | None = None, member: UUID | None = None) -> None:
        """One more failure of a check."""
        assert check in CHECKS
        self._counts[check] += 1
        if self._counts[check] <= SAMPLES_MAX:
            self._kept.append(Finding(check=check, row=row, member=member, message=message))

    def add_broken(self, check: str, broken: list[Broken], sentence: str) -> None:
        """The rows for which a statement says that an invariant is broken; it may have left some out."""
        for one in broken:
            numbers = ", ".join(f"{name} {value}" for name, value in one.numbers.items())
            self.add(check, f"{sentence}: {numbers}", member=one.member)
        if broken:
            self._counts[check] += broken[0].of - len(broken)

    @property
    def failures(self) -> dict[str, int]:
        """How often each check failed; those that held are absent."""
        return {check: self._counts[check] for check in CHECKS if self._counts[check]}

    @property
    def kept(self) -> tuple[Finding, ...]:
        """The first failures of each check, in the order of the checks."""
        order = list(CHECKS)
        return tuple(sorted(self._kept, key=lambda finding: order.index(finding.check)))
