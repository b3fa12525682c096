"""Groups: members who did something to one another are decided together; everybody else alone."""

from collections.abc import Iterable
from uuid import UUID

from app.repositories import backtesting
from app.repositories.database import Snapshot


class Groups:
    """Grows by pairs. Only members who are linked to somebody take memory."""

    def __init__(self) -> None:
        self._above: dict[UUID, UUID] = {}

    def link(self, pairs: Iterable[tuple[UUID, UUID]]) -> None:
        """These belong together, and so do those who belong to them."""
        for one, other in pairs:
            a, b = self._top(one), self._top(other)
            if a != b:
                # The name of a group does not depend on the order in which its links were found.
                self._above[max(a, b)] = min(a, b)

    def names(self) -> list[tuple[UUID, UUID]]:
        """Each linked member and the name of the group."""
        members = {*self._above, *self._above.values()}
        return [(member, self._top(member)) for member in sorted(members)]

    def _top(self, member: UUID) -> UUID:
        top = member
        while top in self._above:
            top = self._above[top]
        while member != top:
            self._above[member], member = top, self._above[member]
        return top


async def groups(snapshot: Snapshot, program_id: UUID, rows: int) -> list[tuple[UUID, UUID]]:
    """The groups of a programme's history."""
    found = Groups()
    async for pairs in backtesting.links(snapshot, program_id, rows):
        found.link(pairs)
    return found.names()
