"""Tiers of a member as they move: promotion, reviews and their grace, what refunds do, what is given by hand."""

from app.engine.calendar import add_months, day_start_us, local_day
from app.engine.context import Context
from app.engine.floors import GIVEN, Floor, Stay, floor_at, latest_move, lifelong, lifelong_by_rule, without_gift
from app.engine.heights import amounts, enrolled_day, next_review, reach
from app.engine.ledger.draft import Draft
from app.engine.rulebook.ladders import Ladder
from app.engine.windows import opens


def slide(draft: Draft, ladder: Ladder, day: int) -> None:
    """Let the tally window of a plain main set end with `day`."""
    first = add_months(day, -ladder.months)
    if first != draft.standing.window_day:
        draft.standing.slide_window(first)


def promote(draft: Draft, context: Context) -> None:
    """Promotion is immediate: the member stands in the highest level that the window of each set reaches."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return
    for ladder in edition.compiled.ladders:
        reached = reach(draft, ladder, context)
        if reached > ladder.rank(draft.standing.rung(ladder.id).tier):
            day = local_day(context.now_us, context.zone)
            review_us = None if ladder.levels[reached].forever else next_review(draft, ladder, context, day)
            for_life = lifelong_by_rule(ladder, reached)
            _move(draft, ladder, context.now_us, "promotion", Stay(reached, review_us), for_life)


def review(draft: Draft, context: Context, name: str, at_us: int) -> None:
    """Sum the window of a set of tiers up to the day of the review, exclusive, and keep or demote."""
    edition = context.timeline.in_force(at_us)
    assert edition is not None, "a review is stamped by a rulebook"
    ladder = edition.compiled.ladder(name)
    if ladder is None:
        _forget(draft, name, at_us)
        return
    if ladder.is_plain:
        slide(draft, ladder, local_day(at_us, context.zone))
    current = ladder.rank(draft.standing.rung(name).tier)
    stay, reason = verdict(draft, ladder, context, at_us)
    for_life = lifelong(draft, ladder, context, at_us)
    days, latest = ladder.tiers.grace_days, latest_move(draft, ladder)
    if days is not None and reason == "review_demotion" and (latest is None or latest.reason != "grace"):
        until_us = day_start_us(local_day(at_us, context.zone) + days, context.zone)
        stay, reason = Stay(current, until_us), "grace"
    _move(draft, ladder, at_us, reason, stay, for_life)


def verdict(draft: Draft, ladder: Ladder, context: Context, at_us: int) -> tuple[Stay, str]:
    """Where a review at an instant puts the member before any grace, and why, by what is known; it may lie ahead."""
    current = ladder.rank(draft.standing.rung(ladder.id).tier)
    stay, reason = _reviewed(draft, ladder, context, at_us, current)
    for_life, floor = lifelong(draft, ladder, context, at_us), floor_at(draft.standing, ladder, at_us)
    if stay.rank <= for_life:
        stay, reason = Stay(for_life, None), "review_kept" if for_life >= current else reason
    if stay.rank < floor.rank:
        stay, reason = Stay(floor.rank, floor.until_us), "review_granted"
    return stay, reason


def under_review(draft: Draft, ladder: Ladder, context: Context, at_us: int) -> dict[str, int]:
    """What each counter has come to in the window of a review at an instant, which may lie ahead."""
    today = local_day(at_us, context.zone)
    if ladder.is_plain:
        return {"points": draft.standing.points_from(add_months(today, -ladder.months))}
    first = opens(ladder.window, _looked(draft, ladder, context, today), enrolled_day(draft, context), closed=True)
    return amounts(draft, ladder, first, today)


def _looked(draft: Draft, ladder: Ladder, context: Context, today: int) -> int:
    """The day of the review whose window is summed up today: grace lets it go on."""
    latest = latest_move(draft, ladder)
    return local_day(latest.at_us, context.zone) if latest is not None and latest.reason == "grace" else today


def _reviewed(draft: Draft, ladder: Ladder, context: Context, at_us: int, current: int) -> tuple[Stay, str]:
    """Where a review puts the member, and why, if nothing lay below."""
    today, latest = local_day(at_us, context.zone), latest_move(draft, ladder)
    looked = _looked(draft, ladder, context, today)
    qualified = ladder.reached(under_review(draft, ladder, context, at_us))
    usual_us = next_review(draft, ladder, context, looked - 1)
    if usual_us <= at_us:
        usual_us = next_review(draft, ladder, context, today - 1)
    if latest is not None and latest.reason in GIVEN:
        stay = without_gift(draft, ladder, at_us, Stay(qualified, usual_us))
        return stay, "review_kept" if stay.rank >= current else "grant_over"
    stays = _demoted(ladder, current, qualified)
    return Stay(stays, usual_us), "review_kept" if stays >= current else "review_demotion"


def reaches(draft: Draft, context: Context) -> dict[str, int]:
    """The rank that each set reaches which lets a refund lower a level at once."""
    edition = context.timeline.in_force(context.now_us)
    ladders = edition.compiled.ladders if edition is not None else ()
    return {ladder.id: reach(draft, ladder, context) for ladder in ladders if ladder.tiers.after_refund == "immediate"}


def fall(draft: Draft, context: Context, before: dict[str, int]) -> None:
    """Something was undone that had counted: the member leaves a level that it had held, at once.

    `before` is what `reaches` said. A level that is only certain until its review stays certain.
    """
    edition = context.timeline.in_force(context.now_us)
    for ladder in edition.compiled.ladders if edition is not None else ():
        if ladder.id not in before:
            continue
        reached, rung = reach(draft, ladder, context), draft.standing.rung(ladder.id)
        current = ladder.rank(rung.tier)
        if not reached < current <= before[ladder.id]:
            continue
        for_life = lifelong(draft, ladder, context, context.now_us)
        floor = floor_at(draft.standing, ladder, context.now_us)
        stays = max(reached, for_life, floor.rank)
        if stays >= current:
            continue
        review_us = rung.review_us if stays > for_life else None
        reason = "refund"
        if floor.rank == stays > max(reached, for_life):
            review_us, reason = floor.until_us, "review_granted"
        _move(draft, ladder, context.now_us, reason, Stay(stays, review_us), for_life)


def own_stay(draft: Draft, ladder: Ladder, context: Context) -> Stay:
    """Where the member stands today without what was given by hand."""
    rung, latest = draft.standing.rung(ladder.id), latest_move(draft, ladder)
    if latest is None or latest.reason not in GIVEN:
        return Stay(ladder.rank(rung.tier), rung.review_us)
    today = local_day(context.now_us, context.zone)
    qualified = Stay(reach(draft, ladder, context), next_review(draft, ladder, context, today))
    own = without_gift(draft, ladder, context.now_us, qualified)
    for_life = lifelong(draft, ladder, context, context.now_us)
    return own if own.rank > for_life else Stay(for_life, None)


def give(draft: Draft, ladder: Ladder, context: Context, floor: Floor) -> None:
    """Let a level be a floor from now on, in the place of what was given before; rank 0 gives nothing any more."""
    own, standing = own_stay(draft, ladder, context), draft.standing
    for_life = lifelong(draft, ladder, context, context.now_us)
    stay, reason = own, "floor_set" if floor.rank else "floor_ended"
    if floor.rank > own.rank:
        stay, reason = Stay(floor.rank, floor.until_us), "granted"
    elif own.rank < ladder.rank(standing.rung(ladder.id).tier):
        reason = "grant_over"
    floor_id = ladder.levels[floor.rank].id if floor.rank else ""
    _move(draft, ladder, context.now_us, reason, stay, for_life, floor=floor_id, floor_us=floor.until_us)


def _demoted(ladder: Ladder, current: int, qualified: int) -> int:
    if qualified >= current or ladder.tiers.demotion == "never":
        return max(current, qualified)
    return qualified if ladder.tiers.demotion == "to_qualified" else current - 1


def _move(
    draft: Draft,
    ladder: Ladder,
    at_us: int,
    reason: str,
    stay: Stay,
    forever: int,
    *,
    floor: str | None = None,
    floor_us: int | None = None,
) -> None:
    draft.standing.move_tier(
        ladder.levels[stay.rank].id,
        at_us,
        reason,
        stay.review_us if stay.rank else None,
        ladder=ladder.id,
        floor=floor,
        floor_us=floor_us,
        forever=ladder.levels[forever].id if forever else None,
    )


def _forget(draft: Draft, name: str, at_us: int) -> None:
    """The rulebook knows a set of tiers no more: nothing is looked at again."""
    if not name:
        draft.standing.review_us = None
        return
    tier = draft.standing.rung(name).tier
    draft.standing.move_tier(tier or "", at_us, "review_kept", None, ladder=name)
