"""What follows from an activity besides its points: draws, challenges, streaks and leaderboards."""

from msgspec import Struct

from app.engine.context import Context, Edition
from app.engine.decisions.boarding import board
from app.engine.decisions.playing import play
from app.engine.decisions.surprising import surprise
from app.engine.facts import Facts
from app.engine.ledger.draft import Draft
from app.engine.played import Drawn, Played


class Followed(Struct, frozen=True, kw_only=True):
    """The draws that came with an activity, and what it did in the games of its rulebook."""

    surprises: tuple[Drawn, ...]
    played: Played | None


def follow(
    kind: str, facts: Facts, points: int, draft: Draft, context: Context, *, occurred_us: int, edition: Edition
) -> Followed:
    """Let an activity of a kind ("": a purchase) that earned so many points have all that comes with it."""
    compiled = edition.compiled.activities[kind] if kind else edition.compiled
    surprises = surprise(compiled, facts, occurred_us, edition, draft, context)
    played = play(kind, facts, points, draft, context, occurred_us=occurred_us, edition=edition)
    board(edition.compiled, kind, facts, points, draft)
    return Followed(surprises=surprises, played=played)
