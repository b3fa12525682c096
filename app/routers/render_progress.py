"""Where a member stands in what they play."""

from datetime import date

from app.commands.progress import Playing
from app.engine import typeids
from app.engine.periods import shifted
from app.engine.played import badge_counter, gift_counter, usable
from app.engine.rulebook.challenges import Challenge, DatesWindow, EnrolledWindow, PeriodWindow
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.goals import Stand, is_open, stand, window_key
from app.engine.rulebook.measures import unit
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.streaking import kept_of, length_now
from app.engine.rulebook.streaks import Streak
from app.routers import models_progress as models
from app.routers.languages import pick
from app.routers.queries import day_shown
from app.routers.wire import instant, wallet_shown


def progress(found: Playing, language: str) -> models.Progress:
    """Everything that a member plays."""
    document = found.edition.compiled.document if found.edition is not None else None
    return models.Progress(
        member=typeids.encode("mbr", found.standing.account.member),
        challenges=[_challenge(each, found, language) for each in document.challenges] if document else [],
        streaks=[_streak(each, found, language) for each in document.streaks] if document else [],
        badges=_badges(document, found, language) if document else [],
        gifts=gifts(found, language),
        as_of=instant(found.standing.now_us),
    )


def _challenge(challenge: Challenge, found: Playing, language: str) -> models.ChallengeNow:
    counts, enrolled_day = found.counts.between, found.enrolled_day
    key = window_key(challenge, found.today)
    now = stand(challenge, key, enrolled_day, counts)
    last = _last_day(challenge, key, enrolled_day)
    rounds = now.given if challenge.repeat == "unlimited" else 0
    goals = []
    for place, goal in enumerate(challenge.goals):
        one = unit(goal.measure)
        goals.append(
            models.GoalNow(
                id=goal.id,
                title=pick(goal.title, language) if goal.title else None,
                count=max(0, now.counts[place] - rounds * now.targets[place]) // one,
                target=now.targets[place] // one,
                missing=-(-now.missing[place] // one) if challenge.repeat == "unlimited" else _left(now, place, one),
                is_open=challenge.order == "any" or is_open(challenge, place, key, enrolled_day, counts),
            )
        )
    return models.ChallengeNow(
        id=challenge.id,
        title=pick(challenge.title, language),
        description=pick(challenge.description, language) if challenge.description else None,
        goals=goals,
        needed=challenge.need_goals or (1 if challenge.need == "any" else len(challenge.goals)),
        completed=now.given,
        can_be_completed=challenge.repeat == "unlimited" or not (now.given or now.is_over),
        last_day=None if last is None else day_shown(last),
        prize=_prize(challenge.prize),
    )


def _left(now: Stand, place: int, one: int) -> int:
    return -(-max(0, now.targets[place] - now.counts[place]) // one)


def _last_day(challenge: Challenge, key: int, enrolled_day: int) -> int | None:
    """The last day that counts in the window of today."""
    ends = [] if challenge.deadline is None else [challenge.deadline.toordinal()]
    match challenge.window:
        case DatesWindow(until_date=until):
            ends.append(until.toordinal())
        case EnrolledWindow(days=days):
            ends.append(enrolled_day + days - 1)
        case PeriodWindow(period=period):
            ends.append(shifted(key, period, 1) - 1)
        case None:
            pass
    return min(ends, default=None)


def _streak(streak: Streak, found: Playing, language: str) -> models.StreakNow:
    length = length_now(streak, kept_of(streak, found.counts.days), found.today)
    return models.StreakNow(
        id=streak.id,
        title=pick(streak.title, language),
        period=streak.period,
        periods=length.periods,
        is_done_now=length.is_done_today,
        last_day=None if length.until_day is None else day_shown(length.until_day),
        milestones=[
            models.MilestoneNow(
                periods=milestone.periods,
                missing=max(0, milestone.periods - length.periods),
                prize=_prize(milestone.prize),
            )
            for milestone in streak.milestones
        ],
    )


def _prize(prize: Prize) -> models.PrizeOffered:
    return models.PrizeOffered(
        points=prize.points or 0, wallet=wallet_shown(prize.wallet or ""), badge=prize.badge, gift=prize.gift
    )


def _badges(document: Rulebook, found: Playing, language: str) -> list[models.BadgeHeld]:
    held = []
    for badge in document.badges:
        times = found.counts.between(badge_counter(badge.id), 0, 1)
        if times > 0:
            held.append(
                models.BadgeHeld(
                    id=badge.id,
                    title=pick(badge.title, language),
                    description=pick(badge.description, language) if badge.description else None,
                    picture_url=badge.picture_url,
                    times=times,
                )
            )
    return held


def gifts(found: Playing, language: str) -> list[models.GiftHeld]:
    """The rewards that a member may take at no cost, soonest ending first."""
    held = []
    for reward in found.edition.compiled.document.rewards if found.edition is not None else ():
        for gift in usable(found.counts.days(gift_counter(reward.id)), found.today):
            last = day_shown(gift.day) if gift.day else None
            title = pick(reward.title, language)
            held.append(models.GiftHeld(reward=reward.id, title=title, count=gift.count, last_day=last))
    return sorted(held, key=lambda gift: (gift.last_day or date.max.isoformat(), gift.reward))
