"""What a journal row did, in sentences: one function over the outcomes, one over what time did on the way."""

from collections.abc import Iterator
from typing import Final, assert_never

from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.context import Edition, Timeline
from app.engine.corrected import Corrected
from app.engine.movements import Notice, TierMove
from app.engine.outcomes import Outcome
from app.engine.played import Acted, ActivityCancelled
from app.engine.remains import Reversed
from app.routers.languages import pick, text
from app.routers.phrases import OUTCOMES, TIMES

DAY_US: Final = 86_400_000_000
Told = tuple[str, dict[str, int | str]]


def outcome_told(outcome: Outcome, language: str) -> list[str]:
    """What came of the command, without prizes. What is nothing is not told."""
    return [text(language, OUTCOMES[phrase], **values) for phrase, values in told(outcome)]


def told(outcome: Outcome) -> Iterator[Told]:
    """What came of the command, as phrases of OUTCOMES with their values."""
    match outcome:
        case facts.Purchased() | facts.Refunded() | facts.Redeemed():
            yield from _of_purchases(outcome)
        case facts.Enrolled(created=created):
            yield ("opened" if created else "open_before"), {}
        case facts.Cancelled(returned=points):
            yield "came_back", {"points": points}
        case facts.Rewarded(points=points):
            yield ("rewarded" if points else "not_rewarded"), {"points": points}
        case facts.ClawedBack(reward=taken):
            yield from _reversed(taken)
        case facts.TimePassed():
            yield "time", {}
        case Acted() | ActivityCancelled():
            yield from _of_activities(outcome)
        case _:
            yield from _of_waiting(outcome)


def _of_purchases(outcome: facts.Purchased | facts.Refunded | facts.Redeemed) -> Iterator[Told]:
    match outcome:
        case facts.Purchased() as bought:
            yield "earned", {"points": bought.points}
            for grant in bought.grants:
                yield "earned_beside", {"wallet": grant.wallet or "points", "points": grant.points}
            yield from _unless_nothing("referred", bought.referral_points)
            yield from _unless_nothing("paid", bought.paid_points)
        case facts.Refunded() as undone:
            for taken in (undone.award, *undone.grants, undone.referral):
                yield from _reversed(taken)
            yield from _unless_nothing("came_back", undone.returned)
        case facts.Redeemed() as taken_:
            yield "redeemed", {"points": taken_.points}
            yield from _unless_nothing("let_go", taken_.released)
        case _ as never:
            assert_never(never)


def _of_activities(outcome: Acted | ActivityCancelled) -> Iterator[Told]:
    match outcome:
        case Acted(counted=False):
            yield "over_limit", {}
        case Acted(points=points):
            yield "acted", {"points": points}
        case ActivityCancelled(grants=grants):
            yield "activity_undone", {}
            for taken in grants:
                yield from _reversed(taken)


def _of_waiting(outcome: Outcome) -> Iterator[Told]:
    match outcome:
        case facts.Confirmed(points=points):
            yield "matured", {"points": points}
        case facts.Held(points=points):
            yield "held", {"points": points}
        case facts.HeldLonger():
            yield "held_longer", {}
        case facts.Released(points=points):
            yield "let_go", {"points": points}
        case facts.VoucherUsed():
            yield "voucher_used", {}
        case _:
            yield from _of_staff(outcome)


def _of_staff(outcome: Outcome) -> Iterator[Told]:
    match outcome:
        case facts.Adjusted(points=points):
            yield "corrected", {"points": points}
        case facts.AdjustmentCancelled(reversed=undone, returned=points):
            yield "correction_undone", {}
            yield from _reversed(undone)
            yield from _unless_nothing("came_back", points)
        case Corrected(points=points, rulebook=version, taken=taken, given=given):
            yield "decided_again", {"version": version, "points": points}
            for added in given if sum(added.points for added in given) != points or len(given) > 1 else ():
                yield "earned_beside", {"wallet": added.wallet or "points", "points": added.points}
            for each in taken:
                yield from _reversed(each)
        case facts.Extended():
            yield "extended", {}
        case facts.TierGiven(tier=tier):
            yield "tier_ended" if tier is None else "tier_given", {}
        case facts.BlockSet(blocked=blocked):
            yield ("blocked" if blocked else "unblocked"), {}
        case _:
            yield from _between_members(outcome)


def _between_members(outcome: Outcome) -> Iterator[Told]:
    match outcome:
        case facts.Sent(points=points):
            yield "sent", {"points": points}
        case facts.Received(points=points):
            yield "received", {"points": points}
        case facts.Joined():
            yield "joined", {}
        case facts.Left():
            yield "left", {}
        case facts.MergedAway():
            yield "merged_away", {}
        case facts.Merged(points=points, claimed=claimed, referral=undone):
            yield ("claimed" if claimed else "merged"), {"points": points}
            yield from _reversed(undone)
        case _:
            return


def _reversed(taken: Reversed) -> Iterator[Told]:
    if not taken.asked:
        return
    yield "asked_back", {"asked": taken.asked, "taken": taken.collected}
    yield from _unless_nothing("forgiven", taken.expired)
    yield from _unless_nothing("owed_now", taken.from_debt)
    yield from _unless_nothing("uncollected", taken.uncollected)


def _unless_nothing(phrase: str, points: int) -> Iterator[Told]:
    if points:
        yield phrase, {"points": points}


def level_title(edition: Edition | None, tier: str, language: str, ladder: str = "") -> str:
    """What a tier is called, as far as the rulebook knows it."""
    found = edition.compiled.ladder(ladder) if edition is not None else None
    if found is None or tier not in found.ranks:
        return tier
    return pick(found.levels[found.rank(tier)].title, language)


def expiry_told(points: int, language: str) -> str:
    """Points that expired."""
    return text(language, TIMES["expiry"], points=points)


def tier_told(timeline: Timeline, move: TierMove, language: str) -> str:
    """Why a member stands in a tier."""
    sentence = TIMES.get(move.reason, TIMES["promotion"])
    edition = timeline.in_force(move.at_us)
    return text(language, sentence, level=level_title(edition, move.tier, language, move.ladder))


def notice_told(timeline: Timeline, notice: Notice, language: str) -> str:
    """Word that was given to a member."""
    edition, days = timeline.in_force(notice.at_us), round(abs(notice.on_us - notice.at_us) / DAY_US)
    level = level_title(edition, notice.tier, language, notice.ladder)
    return text(language, TIMES[notice.kind], points=notice.points, days=days, level=level)


def spendable(change: Change) -> int:
    """Points of the main wallet that can be spent after a decision."""
    after = change.after
    return after.balance + after.debt - after.pending - after.held
