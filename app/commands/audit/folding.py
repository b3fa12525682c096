"""The journal member by member: folded, compared with the tables, and decided again."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from app.commands.audit.book import Book
from app.commands.audit.report import Findings, Progress
from app.engine.change import Change, Unbalanced
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command, Purchase, Refund
from app.engine.context import Context, Timeline
from app.engine.decide import decide
from app.engine.ids import external_key
from app.engine.release import ENGINE_RELEASE
from app.repositories import auditing, holdings
from app.repositories.auditing import Sizes
from app.repositories.database import Snapshot
from app.repositories.holdings import Holding, Values
from app.repositories.journal import StoredRow
from app.repositories.programs import Program
from app.repositories.recording import kind_of

# So many rows are held in memory, and those of one member more.
ROWS_HELD_MAX: Final = 20_000
VALUE_LENGTH_MAX: Final = 300


class Folding:
    """Folds a programme's journal. Holds the books of a few members at a time."""

    def __init__(self, snapshot: Snapshot, program: Program, timeline: Timeline, findings: Findings) -> None:
        self.decided_again = 0
        self.differing = 0
        self.reversals = 0
        self._snapshot = snapshot
        self._program = program
        self._timeline = timeline
        self._findings = findings
        self._books: dict[UUID, Book] = {}
        self._held = 0

    async def take(self, row: StoredRow) -> None:
        """The next row: of the same member, or the first of the next."""
        book = self._books.get(row.member)
        if book is None:
            if self._held >= ROWS_HELD_MAX:
                await self.compare()
            book = self._books[row.member] = Book()
        self._held += 1
        if not book.broken:
            self._judge(book, row)

    async def compare(self) -> None:
        """Compare the books that are complete with the tables, and forget them."""
        whole = {member: book for member, book in self._books.items() if not book.broken}
        members = list(whole)
        pairs: tuple[tuple[Holding, dict[UUID, dict[object, Values]]], ...] = (
            (holdings.ACCOUNTS, {member: {None: book.accounts_row()} for member, book in whole.items()}),
            (holdings.LOTS, {member: book.lots_rows() for member, book in whole.items()}),
            (holdings.ENTRIES, {member: book.entries for member, book in whole.items()}),
            (holdings.TALLIES, {member: book.tallies_rows() for member, book in whole.items()}),
            (holdings.TIER_MOVES, {member: book.tier_moves_rows() for member, book in whole.items()}),
        )
        for holding, rows in pairs:
            found = await holdings.held(self._snapshot, self._program.id, holding, members)
            for member in members:
                self._differ(holding, member, rows[member], found[member])
        await self._compare_reversals(whole)
        self._books = {}
        self._held = 0

    async def compare_silent(self, members: list[UUID]) -> None:
        """Accounts of whom the journal knows nothing have nothing."""
        for holding in (holdings.ACCOUNTS, holdings.LOTS, holdings.ENTRIES, holdings.TALLIES, holdings.TIER_MOVES):
            found = await holdings.held(self._snapshot, self._program.id, holding, members)
            for member in members:
                expected: Mapping[object, Values] = {}
                if holding is holdings.ACCOUNTS:
                    # The clock of an account that nothing has happened to is where its creator put it.
                    now_at = found[member][None][holding.columns.index("now_at")]
                    row = list(Book().accounts_row())
                    row[holding.columns.index("now_at")] = now_at
                    expected = {None: tuple(row)}
                self._differ(holding, member, expected, found[member])

    def _judge(self, book: Book, row: StoredRow) -> None:
        try:
            command, change = decode_command(row.command), decode_change(row.change)
        except (msgspec.MsgspecError, Unbalanced) as error:
            book.broken = True
            self._findings.add("fold", f"the row cannot be read: {error}", row=row.number, member=row.member)
            return
        self._check_columns(row, command, change)
        self._decide_again(book, row, command, change)
        try:
            book.fold(row, command, change)
        except (Unbalanced, KeyError) as error:
            book.broken = True
            self._findings.add("fold", f"the row does not follow: {error}", row=row.number, member=row.member)

    def _check_columns(self, row: StoredRow, command: Command, change: Change) -> None:
        happened_us = row.decided_us
        if isinstance(command, Purchase) and command.occurred_us is not None:
            happened_us = min(command.occurred_us, row.decided_us)
        own = command.external_id if isinstance(command, Purchase | Refund) else None
        kind = kind_of(command)
        external = external_key(self._program.secret, row.source, kind, own) if own else None
        for column, stored, expected in (
            ("kind", row.kind, kind),
            ("has_effects", row.has_effects, bool(change.effects)),
            ("happened_at", row.happened_us, happened_us),
            ("decided_at", row.decided_us, change.now_us),
            ("external_key", row.external_key, external),
        ):
            if stored != expected:
                message = f"{column} is {stored}, the row itself says {expected}"
                self._findings.add("columns", message, row=row.number, member=row.member)

    def _decide_again(self, book: Book, row: StoredRow, command: Command, change: Change) -> None:
        context = Context(
            fact=row.id,
            now_us=row.decided_us,
            currency=self._program.currency,
            zone=self._program.zone,
            timeline=self._timeline.known(row.rulebooks_known),
        )
        try:
            again = decide(command, book.state(command, context), context)
            difference = _difference(change, again)
        except (AssertionError, LookupError, ValueError, TypeError, ArithmeticError) as error:
            difference = f"deciding again failed: {error!r}"
        if row.engine == ENGINE_RELEASE:
            self.decided_again += 1
            if difference:
                self._findings.add("again", difference, row=row.number, member=row.member)
        elif difference:
            self.differing += 1

    def _differ(
        self, holding: Holding, member: UUID, expected: Mapping[object, Values], found: Mapping[object, Values]
    ) -> None:
        if expected == found:
            return
        for key in sorted(expected.keys() | found.keys(), key=str):
            what = f"{holding.table}" if holding.key is None else f"{holding.table} {holding.key} {key}"
            should, does = expected.get(key), found.get(key)
            if should is None:
                self._findings.add("fold", f"{what}: is there, the journal knows nothing of it", member=member)
            elif does is None:
                self._findings.add("fold", f"{what}: is missing", member=member)
            else:
                for column, wanted, stored in zip(holding.columns, should, does, strict=True):
                    if wanted != stored:
                        message = f"{what}: {column} is {stored}, the journal says {wanted}"
                        self._findings.add("fold", message, member=member)

    async def _compare_reversals(self, books: Mapping[UUID, Book]) -> None:
        expected = {fact: set(by) for book in books.values() for fact, by in book.reversed_by.items()}
        self.reversals += sum(len(by) for by in expected.values())
        found = await holdings.reversals(self._snapshot, self._program.id, list(expected)) if expected else {}
        for fact, by in expected.items():
            if found[fact] != by:
                stored, wanted = (", ".join(sorted(map(str, ids))) or "nothing" for ids in (found[fact], by))
                self._findings.add("fold", f"reversals of {fact}: {stored}, the journal says {wanted}")


def _difference(recorded: Change, again: object) -> str:
    """In which field deciding again differs; nothing when it does not. What falls due next is a bound."""
    if not isinstance(again, Change):
        return f"this release refuses: {again}"
    if replace(recorded, due_us=None) == replace(again, due_us=None):
        later = again.due_us is not None and (recorded.due_us is None or recorded.due_us > again.due_us)
        return f"due_us is {recorded.due_us}, this release says {again.due_us}" if later else ""
    return "; ".join(
        f"{name} is {_brief(getattr(recorded, name))}, this release says {_brief(getattr(again, name))}"
        for name in Change.__struct_fields__
        if getattr(recorded, name) != getattr(again, name)
    )


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= VALUE_LENGTH_MAX else f"{text[:VALUE_LENGTH_MAX]} …"


async def check_fold(
    snapshot: Snapshot, program: Program, timeline: Timeline, sizes: Sizes, findings: Findings, progress: Progress
) -> Folding:
    """Fold the whole journal and compare; returns what was counted on the way."""
    folding, seen = Folding(snapshot, program, timeline, findings), 0
    async for rows in auditing.by_member(snapshot, program.id):
        for row in rows:
            await folding.take(row)
        seen += len(rows)
        progress("fold", seen, sizes.rows)
    await folding.compare()
    async for members in auditing.silent_members(snapshot, program.id):
        await folding.compare_silent(members)
    on_record = await holdings.reversals_on_record(snapshot, program.id)
    # A member whose rows do not fold has been reported, and so has a fact whose reversals differ.
    if on_record != folding.reversals and "fold" not in findings.failures:
        findings.add("fold", f"{on_record} reversals are on record, the journal says {folding.reversals}")
    return folding
