"""The journal member by member: folded, compared with the tables, and decided again."""

from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from app.commands.asks import receipt
from app.commands.audit.book import Book
from app.commands.audit.comparing import Comparison
from app.commands.audit.report import Findings, Progress
from app.commands.known import recorded
from app.commands.vouchers import vouchers
from app.engine.change import Change, Unbalanced
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command, Purchase
from app.engine.context import Context, Stock, Timeline, seed_at
from app.engine.decide import decide
from app.engine.release import ENGINE_RELEASE
from app.engine.state import Original
from app.repositories import auditing
from app.repositories.auditing import Sizes
from app.repositories.database import Snapshot
from app.repositories.journal import StoredRow
from app.repositories.originals import originals
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
        self.comparison = Comparison(snapshot, program, findings)
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
            book = self._books[row.member] = Book(row.member)
        self._held += 1
        if not book.broken:
            await self._judge(book, row)

    async def compare(self) -> None:
        """Compare the books that are complete with the tables, and forget them."""
        await self.comparison.members({member: book for member, book in self._books.items() if not book.broken})
        self._books = {}
        self._held = 0

    async def _judge(self, book: Book, row: StoredRow) -> None:
        try:
            command, change = decode_command(row.command), decode_change(row.change)
        except (msgspec.MsgspecError, Unbalanced) as error:
            book.broken = True
            self._findings.add("fold", f"the row cannot be read: {error}", row=row.number, member=row.member)
            return
        self._check_columns(row, command, change)
        missing = book.missing(command, row.id)
        elsewhere = await self._elsewhere(book, row, command, missing) if missing else {}
        self._decide_again(book, row, command, change, elsewhere)
        try:
            book.fold(row, command, change)
        except (Unbalanced, KeyError) as error:
            book.broken = True
            self._findings.add("fold", f"the row does not follow: {error}", row=row.number, member=row.member)
        else:
            book.vouchers += vouchers(self._program.secret, row.id, row.member, change)

    async def _elsewhere(
        self, book: Book, row: StoredRow, command: Command, missing: list[UUID]
    ) -> dict[UUID, Original]:
        """Facts of other members as they were when the row was decided."""
        whose = None if isinstance(command, Purchase) else row.member
        named = dict.fromkeys(missing, whose)
        accounts = {row.member: book.account}
        found = await originals(self._snapshot, self._program.id, named, accounts, before=row.number)
        return {fact: original for fact, original in found.items() if original.change is not None}

    def _check_columns(self, row: StoredRow, command: Command, change: Change) -> None:
        happened_us = row.decided_us
        if isinstance(command, Purchase) and command.occurred_us is not None:
            happened_us = min(command.occurred_us, row.decided_us)
        external = receipt(self._program.secret, row.source, command)
        for column, stored, expected in (
            ("kind", row.kind, kind_of(command)),
            ("has_effects", row.has_effects, bool(change.effects)),
            ("happened_at", row.happened_us, happened_us),
            ("decided_at", row.decided_us, change.now_us),
            ("external_key", row.external_key, external),
        ):
            if stored != expected:
                message = f"{column} is {stored}, the row itself says {expected}"
                self._findings.add("columns", message, row=row.number, member=row.member)

    def _decide_again(
        self, book: Book, row: StoredRow, command: Command, change: Change, elsewhere: dict[UUID, Original]
    ) -> None:
        timeline = self._timeline.known(row.rulebooks_known)
        context = Context(
            fact=row.id,
            now_us=row.decided_us,
            currency=self._program.currency,
            zone=self._program.zone,
            timeline=timeline,
            seed=seed_at(self._program.secret, timeline, row.decided_us, self._program.zone),
            stocks=tuple(Stock(name=move.name, taken=move.before, size=move.size) for move in change.stock_moves),
            known=recorded(command, change, timeline),
            shared=change.after.shared,
        )
        try:
            again = decide(command, book.state(command, context, elsewhere), context)
            difference = _difference(change, again)
        except (AssertionError, LookupError, ValueError, TypeError, ArithmeticError) as error:
            difference = f"deciding again failed: {error!r}"
        if row.engine == ENGINE_RELEASE:
            self.decided_again += 1
            if difference:
                self._findings.add("again", difference, row=row.number, member=row.member)
        elif difference:
            self.differing += 1


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
        await folding.comparison.silent(members)
    await folding.comparison.finish()
    return folding
