"""The journal as a chain: numbers without gap, and a hash over every stored column of every row."""

from uuid import UUID

from app.commands.audit.report import Findings, Progress
from app.engine.ids import digest, linked
from app.repositories import auditing
from app.repositories.auditing import Sizes
from app.repositories.database import Snapshot
from app.repositories.journal import StoredRow, parts


class Chain:
    """Follows the journal row by row. The rows of one transaction are one link and carry the same value."""

    def __init__(self, findings: Findings) -> None:
        self.number = 0
        self.value = b""
        self._findings = findings
        self._link: list[StoredRow] = []

    def follow(self, row: StoredRow) -> None:
        """The next row."""
        if row.number != self.number + 1:
            self._findings.add("numbers", f"row {row.number} comes after row {self.number}", row=row.number)
        self.number = row.number
        if self._link and self._link[0].chain != row.chain:
            self.close()
        self._link.append(row)

    def close(self) -> None:
        """Check the link that is complete. The next one is checked against what is stored: one break, one finding."""
        if not self._link:
            return
        first, last = self._link[0], self._link[-1]
        link = digest(parts(row, row.command, row.change) for row in self._link)
        if linked(self.value, link) != first.chain:
            self._findings.add(
                "chain", f"rows {first.number} to {last.number} are not what was recorded", row=first.number
            )
        self.value = first.chain
        self._link = []


async def check_links(
    snapshot: Snapshot, program_id: UUID, sizes: Sizes, findings: Findings, progress: Progress
) -> None:
    """Walk the journal in the order of its numbers."""
    chain, seen = Chain(findings), 0
    async for rows in auditing.in_order(snapshot, program_id):
        for row in rows:
            chain.follow(row)
        seen += len(rows)
        progress("chain", seen, sizes.rows)
    chain.close()
    if chain.number != sizes.rows:
        findings.add("numbers", f"the journal ends with row {chain.number}, its counter stands at {sizes.rows}")
    if chain.value != sizes.chain:
        findings.add("chain", "the last row's value is not the counter's")
