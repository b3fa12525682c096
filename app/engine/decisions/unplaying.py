"""What a purchase had counted towards challenges and streaks, when some of it goes back."""

from app.engine.context import Context
from app.engine.decisions.playing import Left, Undoing, unplay
from app.engine.decisions.resting import facts_left
from app.engine.facts import Basket
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Purchased
from app.engine.played import PrizeTaken
from app.engine.remains import Rest, RestLine, is_nothing
from app.engine.state import Original


def take_from_games(
    original: Original,
    bought: Purchased,
    basket: Basket,
    rest: Rest,
    lines: tuple[RestLine, ...],
    asked: tuple[int, ...],
    paid_minor: int,
    draft: Draft,
    context: Context,
) -> tuple[PrizeTaken, ...]:
    """Count down what a purchase had counted beyond what its rest does, and take back the prizes that this ends.

    `rest` is what had remained so far; `lines` remain now, of all points `asked` were asked back, and of what is left
    points still pay `paid_minor`.
    """
    if bought.played is None:
        return ()
    undoing = Undoing(
        original=original,
        played=bought.played,
        taken=rest.prizes,
        edition=context.timeline.edition(bought.rulebook),
        kind="",
    )
    before, after = lefts(bought, basket, rest, lines, asked, paid_minor, context)
    return unplay(undoing, before, after, draft, context)


def lefts(
    bought: Purchased,
    basket: Basket,
    rest: Rest,
    lines: tuple[RestLine, ...],
    asked: tuple[int, ...],
    paid_minor: int,
    context: Context,
) -> tuple[Left, Left | None]:
    """What had remained of a purchase before a refund, and what does after it, None if nothing."""
    before = Left(
        facts=facts_left(bought, basket, rest.lines, bought.paid_minor - rest.returned_minor, context),
        points=_main_points(bought, rest.asked),
    )
    if is_nothing(lines):
        return before, None
    facts = facts_left(bought, basket, lines, paid_minor, context)
    return before, Left(facts=facts, points=_main_points(bought, asked))


def _main_points(bought: Purchased, asked: tuple[int, ...]) -> int:
    """The points of the main wallet that a purchase earned at first, less those that were asked back of them."""
    granted = [("", bought.points), *((grant.wallet, grant.points) for grant in bought.grants)]
    return sum(points - back for (wallet, points), back in zip(granted, asked, strict=False) if not wallet)
