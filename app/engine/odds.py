"""Odds: what a draw can stop at, and what its prizes take of things that all members share."""

from msgspec import Struct

from app.engine.context import Timeline
from app.engine.draws import prize_stock, surprise_draw, wheel_draw
from app.engine.outcomes import Redeemed
from app.engine.periods import period_start
from app.engine.played import Drawn
from app.engine.rulebook.chances import Chance
from app.engine.rulebook.rewards import Reward
from app.engine.rulebook.surprises import DrawLimit, Surprise


class Odds(Struct, frozen=True, kw_only=True):
    """What a draw can stop at, and the points that it may give to everybody together (None: without end)."""

    draw: str
    prizes: tuple[Chance, ...]
    nothing_weight: int
    budget_points: int | None = None

    @property
    def weight(self) -> int:
        """All weights together, that of nothing included."""
        return sum(chance.weight for chance in self.prizes) + self.nothing_weight


class Share(Struct, frozen=True):
    """What a prize takes of something that all members share, and how much there is of it."""

    name: str
    taken: int
    size: int
    reason: str


def odds_of_wheel(reward: Reward) -> Odds | None:
    """What a turn of a wheel of the catalogue can stop at; None of any other reward."""
    if reward.odds is None:
        return None
    wheel = reward.odds
    return Odds(draw=wheel_draw(reward.id), prizes=wheel.prizes, nothing_weight=wheel.nothing_weight)


def odds_of_surprise(surprise: Surprise) -> Odds:
    """What the draw of a surprise can stop at."""
    return Odds(
        draw=surprise_draw(surprise.id),
        prizes=surprise.prizes,
        nothing_weight=surprise.nothing_weight,
        budget_points=surprise.budget_points,
    )


def shares_of(odds: Odds, chance: Chance) -> tuple[Share, ...]:
    """What a prize takes of its stock and of the budget of its draw."""
    found = []
    if chance.stock is not None:
        found.append(Share(prize_stock(odds.draw, chance.id), 1, chance.stock, "stock"))
    if odds.budget_points is not None and chance.prize.points:
        found.append(Share(odds.draw, chance.prize.points, odds.budget_points, "budget"))
    return tuple(found)


def stocks_of(odds: Odds) -> list[str]:
    """The names of everything that any prize of a draw may take from."""
    return [share.name for chance in odds.prizes for share in shares_of(odds, chance)]


def wheel_of(redeemed: Redeemed, timeline: Timeline) -> Reward | None:
    """The wheel that was turned, as the rulebook of then had it; None where none was."""
    if redeemed.drawn is None or redeemed.reward is None:
        return None
    rewards = timeline.edition(redeemed.rulebook).compiled.document.rewards
    return next(reward for reward in rewards if reward.id == redeemed.reward.reward)


def stocks_held(drawn: Drawn, odds: Odds) -> list[str]:
    """The names of what a prize that was given holds, which it lets go when it is taken back."""
    if drawn.prized is None or drawn.place is None:
        return []
    return [share.name for share in shares_of(odds, odds.prizes[drawn.place])]


def limit_day(limit: DrawLimit, local_day: int) -> int:
    """The day under which the draws of a period are counted; 0 for ever."""
    return 0 if limit.per == "ever" else period_start(local_day, limit.per)
