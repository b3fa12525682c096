"""Programme totals as an accountant asks for them: what moved, and what was outstanding, by any of the dimensions."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from app.repositories import totals
from app.repositories.database import Database
from app.repositories.programs import Program
from app.repositories.totals import Asked, Sum

ROWS_MAX: Final = 20_000
PERIODS: Final = ("month", "day")
# Under which heading each kind of entry is added up. A kind that is not here is an adjustment.
HEADINGS: Final[Mapping[str, str]] = {
    "accrual": "issued",
    "referral": "issued",
    "prize": "issued",
    "redemption": "redeemed",
    "return": "redeemed",
    "expiry": "expired",
    "reversal": "reversed",
    "referral_reversal": "reversed",
    "prize_reversal": "reversed",
    "transfer_out": "transferred",
    "transfer_in": "transferred",
    "merge_out": "transferred",
    "merge_in": "transferred",
}


class Line(Struct, kw_only=True):
    """One group. What left is positive under its heading; `outstanding` is what there was after it.

    `outstanding` = what there was before + issued − redeemed − expired − reversed + adjusted + transferred.
    """

    group: tuple[str, ...]
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    adjusted: int = 0
    transferred: int = 0
    outstanding: int = 0

    def add(self, kind: str, points: int) -> None:
        """Count the points of a kind."""
        heading = HEADINGS.get(kind, "adjusted")
        signed = -points if heading in {"redeemed", "expired", "reversed"} else points
        setattr(self, heading, getattr(self, heading) + signed)
        self.outstanding += points


class Totals(Struct, frozen=True, kw_only=True):
    """The lines in order, and the whole."""

    opening: int
    whole: Line
    lines: tuple[Line, ...]


class TooMany(Exception):
    """There are more groups than one answer holds."""


async def ask(database: Database, program: Program, asked: Asked) -> Totals:
    """The totals of a period. Raises TooMany."""
    kept = tuple(name for name in asked.group_by if name not in PERIODS)
    async with database.reading() as reader:
        opening = await totals.before(reader, program.id, asked, kept)
        sums = await totals.within(reader, program.id, asked, ROWS_MAX + 1)
    if len(sums) > ROWS_MAX:
        raise TooMany
    whole = Line(group=(), outstanding=sum(opening.values()))
    for each in sums:
        whole.add(each.kind, each.points)
    return Totals(opening=sum(opening.values()), whole=whole, lines=tuple(_lines(asked, opening, sums)))


def _lines(asked: Asked, opening: Mapping[tuple[str, ...], int], sums: list[Sum]) -> list[Line]:
    """One line a group. Where a period is among the dimensions, what is outstanding runs on from one to the next."""
    places = [place for place, name in enumerate(asked.group_by) if name not in PERIODS]
    left = dict(opening)
    lines: dict[tuple[str, ...], Line] = {}
    if len(places) == len(asked.group_by):
        lines = {group: Line(group=group, outstanding=points) for group, points in sorted(opening.items())}
    for each in sums:
        key = tuple(each.group[place] for place in places)
        line = lines.get(each.group)
        if line is None:
            line = lines[each.group] = Line(group=each.group, outstanding=left.get(key, 0))
        line.add(each.kind, each.points)
        left[key] = line.outstanding
    return sorted(lines.values(), key=lambda line: line.group)
