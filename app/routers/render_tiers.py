"""Where a member stands in every set of tiers, what the next level takes, and until when this one is kept."""

from collections.abc import Mapping
from typing import Any

from app.engine import commands, typeids
from app.engine import outcomes as facts
from app.engine.change import Progress
from app.engine.context import Edition
from app.engine.movements import Climb, Notice
from app.engine.rulebook.ladders import Ladder, is_met
from app.engine.rulebook.levels import Need, NeedsCounter, TierSet
from app.repositories.journal import JournalRow
from app.routers import models_answered as models
from app.routers import models_events, models_tiers
from app.routers.languages import pick
from app.routers.wire import instant_or_none


def tier(progress: Progress, edition: Edition | None, language: str, climbs: tuple[Climb, ...] = ()) -> models.Tier:
    """The tier and the way to the next, as the rulebook in force names them."""
    ladders = {ladder.id: ladder for ladder in edition.compiled.ladders} if edition else {}
    main = ladders.get("")
    found = next((climb for climb in climbs if not climb.ladder), None)
    amounts = _amounts(main, found) if main is not None and found is not None else {"points": progress.window_points}
    rank = main.rank(progress.tier) if main is not None else 0
    level = main.levels[rank] if main is not None else None
    above = main.levels[rank + 1] if main is not None and rank + 1 < len(main.levels) else None
    points = amounts.get("points", progress.window_points if main is None or main.is_plain else 0)
    asked = above.from_points if above is not None else None
    return models.Tier(
        level=level.id if level else None,
        title=pick(level.title, language) if level else None,
        window_points=points,
        kept_until=instant_or_none(progress.review_us),
        next_level=above.id if above else None,
        next_title=pick(above.title, language) if above else None,
        next_from_points=asked,
        points_missing=max(0, asked - points) if asked is not None else None,
        next_needs=_next(main, rank + 1, amounts),
        given=_given(main, found, language),
        sets=[_in_set(ladders[climb.ladder], climb, language) for climb in climbs if climb.ladder],
    )


def at_risk(notice: Notice, edition: Edition | None) -> models_events.TierAtRisk:
    """A level that will be lost, and what is missing to keep it, by the version in force when word was given."""
    ladder = edition.compiled.ladder(notice.ladder) if edition is not None else None
    assert ladder is not None, "the version in force gave word of it"
    amounts = dict(zip(ladder.counters, notice.amounts, strict=True))
    rank = ladder.rank(notice.tier)
    return models_events.TierAtRisk(level=ladder.levels[rank].id, set=ladder.id, needs=_next(ladder, rank, amounts))


def _in_set(ladder: Ladder, climb: Climb, language: str) -> models.TierInSet:
    tiers = ladder.tiers
    assert isinstance(tiers, TierSet), "only the main set has no name"
    rank = ladder.rank(climb.tier)
    level = ladder.levels[rank]
    above = ladder.levels[rank + 1] if rank + 1 < len(ladder.levels) else None
    return models.TierInSet(
        set=ladder.id,
        set_title=pick(tiers.title, language),
        level=level.id,
        title=pick(level.title, language),
        kept_until=instant_or_none(climb.review_us),
        next_level=above.id if above else None,
        next_title=pick(above.title, language) if above else None,
        next_needs=_next(ladder, rank + 1, _amounts(ladder, climb)),
        given=_given(ladder, climb, language),
    )


def _amounts(ladder: Ladder, climb: Climb) -> dict[str, int]:
    return dict(zip(ladder.counters, climb.amounts, strict=True))


def _next(ladder: Ladder | None, rank: int, amounts: Mapping[str, int]) -> models.TierNeed | None:
    need = ladder.needs[rank] if ladder is not None and rank < len(ladder.needs) else None
    return _need(need, amounts) if need is not None else None


def _need(need: Need, amounts: Mapping[str, int]) -> models.TierNeed:
    met = is_met(need, amounts)
    if not isinstance(need, NeedsCounter):
        parts = [_need(each, amounts) for each in need.needs]
        return models.TierNeed(
            kind=need.kind, counter=None, at_least=None, amount=None, missing=None, met=met, needs=parts
        )
    amount = amounts.get(need.counter, 0)
    return models.TierNeed(
        kind=need.kind,
        counter=need.counter,
        at_least=need.at_least,
        amount=amount,
        missing=max(0, need.at_least - amount),
        met=met,
        needs=[],
    )


def _given(ladder: Ladder | None, climb: Climb | None, language: str) -> models.TierGiven | None:
    if ladder is None or climb is None or climb.floor is None:
        return None
    level = ladder.levels[ladder.rank(climb.floor)]
    until = instant_or_none(climb.floor_us)
    return models.TierGiven(level=level.id, title=pick(level.title, language), until=until)


def given(row: JournalRow, standing: dict[str, Any]) -> models_tiers.TierGrant:
    """A tier that was given by hand, or the end of one, with where the member stands."""
    command, outcome = row.command, row.change.outcome
    assert isinstance(command, commands.TierGrant | commands.TierGrantEnd), "the caller gave a tier or ended one"
    assert isinstance(outcome, facts.TierGiven), "the caller gave a tier or ended one"
    return models_tiers.TierGrant(
        id=typeids.encode("tgr" if isinstance(command, commands.TierGrant) else "tge", row.id),
        set=outcome.ladder,
        given=outcome.tier,
        until=instant_or_none(outcome.until_us),
        reason=command.reason,
        **standing,
    )
