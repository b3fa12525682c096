"""What a member of a household could spend after a fact: what was their own then, and what the household had."""

from uuid import UUID

from app.commands.deciding import AFTER, BEFORE
from app.engine.ids import part
from app.repositories import journal, statements
from app.repositories.database import Database
from app.repositories.journal import JournalRow

# The rows of the shared wallet that follow a fact: what a member brings when it is done, or on joining, and what was
# handed over before. Of several the last one has the say.
ROWS = (AFTER + 2, 2, BEFORE + 1)


async def spendable(database: Database, program_id: UUID, household: UUID, row: JournalRow) -> int:
    """Read from the rows of the same transaction, so that a retry says the same; else from what was booked by then."""
    own = row.change.after.balance + row.change.after.debt - row.change.after.pending - row.change.after.held
    async with database.glancing() as reader:
        found = await journal.facts(reader, program_id, [part(row.id, number) for number in ROWS])
        theirs = {each.id: each for each in found if each.member == household}
        for number in ROWS:
            beside = theirs.get(part(row.id, number))
            if beside is not None:
                shared = beside.change.after
                brought = 0 if number != BEFORE + 1 else own
                return brought + shared.balance + shared.debt - shared.pending - shared.held
        return own + await statements.booked(reader, program_id, household, "", row.decided_us)
