"""Activities that are no purchases as rules and counters see them."""

from typing import Final

from app.engine.activity import Activity
from app.engine.calendar import DAY_MAX
from app.engine.facts import Basket, Line
from app.engine.periods import period_start, shifted
from app.engine.rulebook.activities import ActivityLimit

PIECE: Final = 1_000_000


def basket_of(command: Activity, currency: str) -> Basket:
    """What the rules see of an activity: a line without a price, in a store or a channel."""
    line = Line(sku=command.kind, category=command.kind, quantity_micro=PIECE, amount_minor=0)
    return Basket(currency=currency, lines=(line,), store=command.store, channel=command.channel)


def activity_counter(kind: str) -> str:
    """The name under which activities of a kind are counted, by local day."""
    return f"act/{kind}"


def limit_days(limit: ActivityLimit, day: int) -> tuple[int, int]:
    """The local days in which a limit counts activities that happened on one of them; half-open."""
    if limit.per == "ever":
        return 1, DAY_MAX + 1
    first = period_start(day, limit.per)
    return first, shifted(first, limit.per, 1)
