"""What draws won, in the answer to what they came with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.engine.context import Edition
from app.engine.odds import Odds, odds_of_surprise, odds_of_wheel
from app.engine.played import Drawn
from app.engine.rulebook.chances import Chance
from app.routers.languages import pick
from app.routers.models_luck import ChanceOffered, Draw, OddsShown, WheelOdds
from app.routers.wire import wallet_shown

PLACES: Final = 10_000


def surprises(found: Iterable[Drawn], edition: Edition, language: str) -> list[Draw]:
    """The draws that came with an activity which a version judged."""
    if not found:
        return []
    known = {odds_of_surprise(each).draw: each for each in edition.compiled.document.surprises}
    return [_draw(each, odds_of_surprise(known[each.draw]), known[each.draw].title, language) for each in found]


def wheel(drawn: Drawn | None, edition: Edition, reward: str, language: str) -> Draw | None:
    """Where a wheel stopped."""
    if drawn is None:
        return None
    turned = next(each for each in edition.compiled.document.rewards if each.id == reward)
    odds = odds_of_wheel(turned)
    assert odds is not None, "a wheel has odds"
    return _draw(drawn, odds, turned.title, language)


def odds_shown(odds: Odds, language: str) -> list[OddsShown]:
    """The prizes of a draw in their order."""
    return [OddsShown(**_likely(each, odds, language)) for each in odds.prizes]


def wheel_odds(odds: Odds, left: Sequence[int | None], language: str) -> WheelOdds:
    """What a wheel of the catalogue can stop at; `left` is of each prize what can still be won."""
    return WheelOdds(
        prizes=[
            ChanceOffered(**_likely(each, odds, language), left=rest)
            for each, rest in zip(odds.prizes, left, strict=True)
        ],
        nothing_weight=odds.nothing_weight,
        nothing_fraction=f"{odds.nothing_weight}/{odds.weight}",
        nothing_percent=percent(odds.nothing_weight, odds.weight),
    )


def percent(part: int, whole: int) -> str:
    """A share in percent, rounded down to four places."""
    number, rest = divmod(part * 100 * PLACES // whole, PLACES)
    return f"{number}.{rest:04}".rstrip("0").rstrip(".")


def _likely(chance: Chance, odds: Odds, language: str) -> dict[str, Any]:
    return {
        "id": chance.id,
        "title": pick(chance.title, language),
        "weight": chance.weight,
        "fraction": f"{chance.weight}/{odds.weight}",
        "percent": percent(chance.weight, odds.weight),
    }


def _draw(drawn: Drawn, odds: Odds, title: Mapping[str, str], language: str) -> Draw:
    prized = drawn.prized
    won = odds.prizes[drawn.place] if prized is not None and drawn.place is not None else None
    return Draw(
        draw=drawn.draw,
        title=pick(title, language),
        drawn=drawn.day != 0,
        prize=won.id if won is not None else None,
        prize_title=pick(won.title, language) if won is not None else None,
        points=prized.points if prized is not None else 0,
        wallet=wallet_shown(prized.wallet if prized is not None else ""),
        badge=prized.badge if prized is not None else None,
        gift=prized.gift if prized is not None else None,
        cut=drawn.cut or None,
        odds=odds_shown(odds, language),
        nothing_weight=odds.nothing_weight,
    )
