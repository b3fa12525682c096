"""Random lives of a member: a programme with its rulebooks, and months of commands on one account."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from app.engine.commands import (
    Command,
    Enrol,
    LetTimePass,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
)
from app.engine.context import Timeline
from app.engine.facts import Tender
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import DAY_US, HOUR_US, PLAIN_REDEMPTION, REFERRER, basket, rulebook, tiers, timeline

# Zones with a gap at midnight, a skipped date, a change of the standard offset, and none of that.
ZONES = (
    "Asia/Ho_Chi_Minh",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Almaty",
    "Pacific/Apia",
    "Europe/London",
    "America/New_York",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is asked after a pause. `choice` picks among the facts so far; `amount` is money or points."""

    pause_us: int
    kind: str
    amounts: tuple[int, ...]
    points: int
    choice: int
    late_us: int | None


@dataclass(frozen=True, kw_only=True)
class Life:
    """A programme and everything that one member will ask of it."""

    zone: str
    timeline: Timeline
    start_us: int
    referrer: UUID | None
    steps: tuple[Step, ...]


DATED = st.one_of(
    st.just({"kind": "never"}),
    st.builds(lambda months: {"kind": "rolling", "months": months}, st.integers(1, 3)),
    st.builds(lambda days: {"kind": "rolling_days", "days": days}, st.integers(1, 45)),
)
EXPIRIES = st.one_of(DATED, st.builds(lambda days: {"kind": "inactivity", "days": days}, st.integers(1, 45)))
LADDERS = st.builds(
    lambda ladder, days: {**ladder, "notice_days": days},
    st.builds(
        tiers,
        st.integers(1, 200),
        st.integers(201, 600),
        window=st.integers(1, 4),
        review=st.integers(1, 4),
        demotion=st.sampled_from(["to_qualified", "one_step", "never"]),
    ),
    st.sampled_from([0, 5, 50]),
)
FLOORS = st.one_of(st.none(), st.integers(-150, 0))
RULES = [
    {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
    # Tells in every award at which tier the member stood.
    {"id": "half", "when": {"kind": "tier", "any_of": ["silver"]}, "effect": {"kind": "bonus", "points": 7}},
    {"id": "whole", "when": {"kind": "tier", "any_of": ["gold"]}, "effect": {"kind": "bonus", "points": 11}},
]


@st.composite
def documents(draw: st.DrawFn, *, laddered: bool, lapsing: bool) -> Rulebook:
    """A rulebook with short expiry, low thresholds and narrow floors, so that everything happens within months."""
    return rulebook(
        earning={"rules": RULES if laddered else RULES[:1]},
        tiers=draw(LADDERS) if laddered else None,
        expiry=draw(EXPIRIES if lapsing else DATED),
        redemption=draw(st.sampled_from([PLAIN_REDEMPTION, PLAIN_REDEMPTION, None])),
        referral=draw(
            st.one_of(
                st.none(),
                st.fixed_dictionaries(
                    {
                        "referrer_points": st.integers(0, 50),
                        "friend_points": st.integers(0, 50),
                        "minimum_minor": st.integers(0, 100),
                        "within_days": st.integers(1, 60),
                    }
                ),
            )
        ),
        debt={"floor_points": draw(FLOORS)},
        visit_overdue_days=draw(st.sampled_from([0, 0, 9, 40])),
        expiry_notice_days=draw(st.sampled_from([0, 0, 3, 20])),
    )


def spans(days_max: int) -> st.SearchStrategy[int]:
    """A span of time, drawn in hours: Hypothesis likes small numbers, and microseconds are small."""
    return st.builds(
        lambda hours, odd_us: hours * HOUR_US + odd_us, st.integers(0, days_max * 24), st.sampled_from([0, 1])
    )


PAUSES = st.one_of(st.just(0), spans(2), spans(20), spans(70))
STEPS = st.builds(
    Step,
    pause_us=PAUSES,
    kind=st.sampled_from(
        [
            "purchase",
            "purchase",
            "purchase",
            "redemption",
            "redemption",
            "refund",
            "cancel",
            "reward",
            "clawback",
            "time",
            "enrol",
        ]
    ),
    amounts=st.lists(st.integers(0, 150), min_size=1, max_size=3).map(tuple),
    points=st.integers(0, 120),
    choice=st.integers(0, 5),
    late_us=st.one_of(st.none(), st.just(-HOUR_US), spans(5), spans(31)),
)


@st.composite
def timelines(draw: st.DrawFn, start_us: int, *, lapsing: bool) -> Timeline:
    """One to three versions. Tiers may come, and never go: publishing refuses that."""
    laddered = draw(st.booleans())
    editions = [(start_us - 40 * DAY_US, draw(documents(laddered=laddered, lapsing=lapsing)))]
    for _ in range(draw(st.integers(0, 2))):
        laddered = laddered or draw(st.booleans())
        effective_us = editions[-1][0] + 1 + draw(spans(200))
        editions.append((effective_us, draw(documents(laddered=laddered, lapsing=lapsing))))
    return timeline(*editions)


@st.composite
def lives(draw: st.DrawFn, steps_max: int = 40, *, lapsing: bool = True) -> Life:
    """A life of up to a few years that begins somewhere between 2010 and 2026; points may ask for activity."""
    start = draw(st.datetimes(datetime(2010, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001 - strategies want them naive
    start_us = (start.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    return Life(
        zone=draw(st.sampled_from(ZONES)),
        timeline=draw(timelines(start_us, lapsing=lapsing)),
        start_us=start_us,
        referrer=draw(st.sampled_from([None, REFERRER])),
        steps=tuple(draw(STEPS) for _ in range(draw(st.integers(1, steps_max)))),
    )


def fact_of(index: int) -> UUID:
    """The id of what step number `index` records."""
    return UUID(int=1000 + index)


def command_of(life: Life, index: int, now_us: int) -> Command:
    """The command of a step. It may name a fact that was refused, or that comes later, or never."""
    step = life.steps[index]

    def chosen(kind: str) -> UUID:
        earlier = [i for i, other in enumerate(life.steps[:index]) if other.kind == kind]
        recent = [*reversed(earlier), index + 1]
        return fact_of(recent[min(step.choice, len(recent) - 1)])

    match step.kind:
        case "purchase":
            points = step.points if step.choice == 0 else 0
            tenders = (Tender(kind="cash", amount_minor=1),) if step.choice == 1 and any(step.amounts) else ()
            return Purchase(
                basket=basket(*step.amounts, points=points, tenders=tenders),
                occurred_us=None if step.late_us is None else now_us - step.late_us,
            )
        case "redemption":
            return Redemption(points=step.points)
        case "refund":
            return Refund(purchase=chosen("purchase"))
        case "cancel":
            return RedemptionCancel(redemption=chosen("redemption"))
        case "reward":
            return ReferralReward(purchase=UUID(int=9), points=step.points)
        case "clawback":
            return ReferralClawback(reward=chosen("reward"))
        case "time":
            return LetTimePass()
        case _:
            return Enrol(referrer=REFERRER)
