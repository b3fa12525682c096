"""Two members become one: the higher tier of each set is kept, for as long as it had been promised."""

from app.engine.climbing import give, own_stay
from app.engine.context import Context
from app.engine.estate import Estate, Height
from app.engine.floors import Floor, floor_at, latest_move, lifelong
from app.engine.ledger.draft import Draft
from app.engine.rulebook.ladders import Ladder


def come_down(draft: Draft, context: Context) -> tuple[Height, ...]:
    """What the account that takes over must know of tiers besides the main one's; nothing is reviewed here any more."""
    edition = context.timeline.in_force(context.now_us)
    ladders = edition.compiled.ladders if edition is not None else ()
    found = [_height(draft, ladder, context) for ladder in ladders]
    for name, rung in list(draft.standing.others.items()):
        draft.standing.move_tier(rung.tier or "", context.now_us, "closed", None, ladder=name)
    return tuple(height for height in found if height is not None)


def keep_higher(estate: Estate, draft: Draft, context: Context) -> None:
    """The better of both in every set of tiers: of what they had come to, of what was given, of what is for life."""
    edition = context.timeline.in_force(context.now_us)
    known = {height.ladder: height for height in estate.heights}
    for ladder in edition.compiled.ladders if edition is not None else ():
        height = known.get(ladder.id)
        if height is None and not ladder.id and estate.tier is not None:
            height = Height(ladder="", tier=estate.tier, review_us=estate.review_us)
        if height is not None:
            _keep_higher(height, ladder, draft, context)


def _height(draft: Draft, ladder: Ladder, context: Context) -> Height | None:
    floor, for_life = floor_at(draft.standing, ladder, context.now_us), lifelong(draft, ladder, context, context.now_us)
    if latest_move(draft, ladder) is None or not (ladder.id or floor.rank or for_life):
        return None
    own = own_stay(draft, ladder, context)
    return Height(
        ladder=ladder.id,
        tier=ladder.levels[own.rank].id,
        review_us=own.review_us,
        floor=ladder.levels[floor.rank].id if floor.rank else None,
        floor_us=floor.until_us,
        forever=ladder.levels[for_life].id if for_life else None,
    )


def _keep_higher(height: Height, ladder: Ladder, draft: Draft, context: Context) -> None:
    rung, theirs = draft.standing.rung(ladder.id), ladder.rank(height.tier)
    own, given = ladder.rank(rung.tier), floor_at(draft.standing, ladder, context.now_us)
    lasts = (height.review_us or 0) > (rung.review_us or 0)
    if theirs > own or (theirs == own and lasts):
        draft.standing.move_tier(
            height.tier, context.now_us, "merge", height.review_us, ladder=ladder.id, forever=height.forever
        )
    elif height.forever is not None and rung.tier is not None:
        draft.standing.move_tier(
            rung.tier, context.now_us, "merge", rung.review_us, ladder=ladder.id, forever=height.forever
        )
    floor = Floor(ladder.rank(height.floor), height.floor_us)
    if floor.rank and _is_better(floor, given):
        give(draft, ladder, context, floor)


def _is_better(one: Floor, other: Floor) -> bool:
    """Whether a gift is of a higher tier, or of the same for longer."""
    if one.rank != other.rank:
        return one.rank > other.rank
    return other.until_us is not None and (one.until_us is None or one.until_us > other.until_us)
