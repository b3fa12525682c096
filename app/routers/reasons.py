"""Why points moved: the prizes of a decision in sentences, and one sentence for each entry."""

from collections.abc import Iterator

from app.engine import given
from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.context import Edition, Timeline
from app.engine.corrected import Corrected
from app.engine.decisions.prizing import GIVEN, TAKEN
from app.engine.movements import Entry
from app.engine.played import ActivityCancelled, Drawn, Prized, PrizeTaken
from app.engine.remains import Reversed
from app.routers.causes import Cause, Titles, cause_of
from app.routers.languages import text
from app.routers.phrases import ENTRIES, MESSAGES, OUTCOMES, PRIZES, TAKEN_BACK, TIMES


def titles(edition: Edition | None, timeline: Timeline, language: str) -> Titles:
    """What things are called: by the version that judged, else by the latest that was known then."""
    known = reversed(timeline.editions)
    return Titles([*([edition] if edition is not None else []), *known], language)


def prizes_told(change: Change, timeline: Timeline, named: Titles) -> list[str]:
    """What was given and taken back besides the points of rules, and what draws stopped at for nothing."""
    told = [sentence for prized in given.given(change) for sentence in given_told(prized, named)]
    told += [sentence for each in given.drawn(change) for sentence in _nothing_told(each, named)]
    told += [sentence for prize in given.taken(change, timeline) for sentence in _taken_told(prize, named)]
    repaid: dict[str, int] = {}
    for entry in repayments(change):
        repaid[entry.wallet] = repaid.get(entry.wallet, 0) - entry.points
    told += [text(named.language, ENTRIES["repaid"], points=named.amount(repaid[each], each)) for each in repaid]
    return told


def given_told(prized: Prized, named: Titles) -> Iterator[str]:
    """What a prize gave, and for what."""
    cause, language = cause_of(prized.cause), named.language
    title = named.whole(cause)
    if prized.points:
        yield points_told(prized, cause, named)
    if prized.badge is not None:
        yield text(language, PRIZES["badge"], title=title, badge=_times(named.badge(prized.badge), prized.times))
    if prized.gift is not None:
        yield text(language, PRIZES["gift"], title=title, reward=_times(named.reward(prized.gift), prized.times))


def entries_told(change: Change, timeline: Timeline, named: Titles, *, at_home: bool = False) -> list[str]:
    """One sentence for each entry, which says why its points moved. `at_home`: to or from a household's wallet."""
    prizes = {prized.lot: prized for prized in given.given(change) if prized.lot is not None}
    taken = (prize for prize in given.taken(change, timeline) if prize.reversed.collected)
    repaid = {id(entry) for entry in repayments(change)}
    told = []
    for entry in change.entries:
        if entry.kind == GIVEN and entry.lot in prizes:
            told.append(points_told(prizes[entry.lot], cause_of(prizes[entry.lot].cause), named))
        elif entry.kind == TAKEN:
            title = named.whole(cause_of(next(taken).cause))
            points = named.amount(-entry.points, entry.wallet)
            told.append(text(named.language, TAKEN_BACK["entry"], title=title, points=points))
        elif id(entry) in repaid:
            points = named.amount(-entry.points, entry.wallet)
            told.append(text(named.language, ENTRIES["repaid"], points=points))
        else:
            told.append(_usual(entry, change, named, at_home=at_home))
    return told


def points_told(prized: Prized, cause: Cause, named: Titles) -> str:
    """What the points of a prize are for."""
    phrase = PRIZES["level_of_set" if cause.set else cause.game]
    values: dict[str, int | str] = {"title": named.of(cause), "points": named.amount(prized.points, prized.wallet)}
    if cause.set:
        values["set"] = named.set(cause)
    if cause.periods:
        values["periods"] = cause.periods
    return text(named.language, phrase, **values)


def _taken_told(prize: PrizeTaken, named: Titles) -> Iterator[str]:
    title, language, back = named.whole(cause_of(prize.cause)), named.language, prize.reversed
    if back.asked:
        asked = named.amount(back.asked, prize.wallet)
        yield text(language, TAKEN_BACK["points"], title=title, asked=asked, taken=back.collected)
        for phrase, points in (
            ("forgiven", back.expired),
            ("owed_now", back.from_debt),
            ("uncollected", back.uncollected),
        ):
            if points:
                yield text(language, OUTCOMES[phrase], points=points)
    if prize.badge is not None:
        yield text(language, TAKEN_BACK["badge"], title=title, badge=_times(named.badge(prize.badge), prize.times))
    if prize.gift is not None:
        yield text(language, TAKEN_BACK["gift"], title=title, reward=_times(named.reward(prize.gift), prize.times))


def _nothing_told(each: Drawn, named: Titles) -> Iterator[str]:
    """What a draw did not give; a quote has not drawn."""
    cause = cause_of(each.draw)
    if each.day and each.place is None:
        yield text(named.language, PRIZES["nothing"], title=named.of(cause))
    elif each.cut and each.place is not None:
        yield text(named.language, PRIZES["cut"], title=named.of(cause), prize=named.prize(cause, each.place))


def _times(title: str, times: int) -> str:
    return title if times == 1 else f"{title} × {times}"


def _usual(entry: Entry, change: Change, named: Titles, *, at_home: bool) -> str:
    """What an entry is by its kind alone."""
    outcome, language = change.outcome, named.language
    points, signed = named.amount(abs(entry.points), entry.wallet), named.amount(entry.points, entry.wallet)
    match entry.kind, outcome:
        case "expiry", _:
            return text(language, TIMES["expiry"], points=points)
        case "redemption", facts.Purchased():
            return text(language, OUTCOMES["paid"], points=points)
        case "referral", facts.Rewarded():
            return text(language, OUTCOMES["rewarded"], points=points)
        case "adjustment", Corrected(rulebook=version):
            return text(language, OUTCOMES["decided_again"], version=version, points=signed)
        case "merge_in", facts.Merged(claimed=True):
            return text(language, OUTCOMES["claimed"], points=signed)
        case "return", facts.AdjustmentCancelled():
            return text(language, MESSAGES["given_back"], points=points)
        case "transfer_out" | "transfer_in", _ if at_home:
            return text(language, OUTCOMES["handed_over" if entry.points < 0 else "taken_over"], points=points)
        case "adjustment" | "merge_in" | "merge_out", _:
            return text(language, ENTRIES[entry.kind], points=signed)
        case _:
            return text(language, ENTRIES[entry.kind], points=points)


def repayments(change: Change) -> list[Entry]:
    """The entries that took what an earlier reversal had not found: those of its kind before the reversals of now."""
    found = [entry for entry in change.entries if entry.kind == "reversal"]
    own = sum(1 for each in _reversed_now(change) if each.collected)
    return found[: len(found) - own]


def _reversed_now(change: Change) -> tuple[Reversed, ...]:
    match change.outcome:
        case facts.Refunded(award=award, grants=grants):
            return (award, *grants)
        case ActivityCancelled(grants=grants):
            return grants
        case facts.AdjustmentCancelled(reversed=undone):
            return (undone,)
        case _:
            return ()
