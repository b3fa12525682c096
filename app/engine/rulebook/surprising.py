"""Which surprises come with an activity: their conditions and filters, indexed like those of rules."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.facts import Line
from app.engine.rulebook.asking import DAY, Asking
from app.engine.rulebook.judging import Moment, Test, between, tests_of_condition
from app.engine.rulebook.matching import LineIndex, PurchaseIndex, index_lines, index_purchases
from app.engine.rulebook.surprises import Surprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprising:
    """The surprises that come with one kind of activity, in the order of the document."""

    surprises: tuple[Surprise, ...]
    moments: PurchaseIndex
    lines: LineIndex

    def matching(self, moment: Moment, lines: tuple[Line, ...]) -> list[Surprise]:
        """Those that come with an activity at this moment, with these lines."""
        bits, taken = self.moments.matching(moment), 0
        for takers in self.lines.matching(lines):
            taken |= takers
        return [
            surprise
            for place, surprise in enumerate(self.surprises)
            if bits >> place & 1 and (surprise.items is None or taken >> place & 1)
        ]


def surprising(surprises: tuple[Surprise, ...], kind: str, asking: Asking) -> Surprising | None:
    """The surprises of one kind of activity; None where it has none."""
    own = tuple(surprise for surprise in surprises if surprise.on == kind)
    if not own:
        return None
    return Surprising(
        surprises=own,
        moments=index_purchases([tuple(_tests(surprise, asking)) for surprise in own], asking),
        lines=index_lines([surprise.items for surprise in own]),
    )


def _tests(surprise: Surprise, asking: Asking) -> Iterator[Test]:
    if surprise.valid_from is not None:
        yield between(DAY, surprise.valid_from.toordinal(), None)
    if surprise.valid_until is not None:
        yield between(DAY, None, surprise.valid_until.toordinal() + 1)
    if surprise.when is not None:
        yield from tests_of_condition(surprise.when, asking)
