"""The proof of draws: what went into each, put together from its row, its rulebook and the seed of its day."""

from app.commands.fairness import day_seed
from app.engine import typeids
from app.engine.draws import message_of, seed_of, value_of
from app.engine.odds import Odds, odds_of_surprise, odds_of_wheel, wheel_of
from app.engine.outcomes import Purchased, Redeemed
from app.engine.played import Acted, Drawn
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.routers.languages import pick
from app.routers.models_draws import DrawProof, DrawShown
from app.routers.queries import day_shown
from app.routers.render import Telling
from app.routers.render_luck import odds_shown

VALUE_BYTES = 16


def proof(fact: str, row: JournalRow, program: Program, today: int, telling: Telling) -> DrawProof:
    """The draws of a fact. A seed is shown once its day is over."""
    found = _draws(row, telling)
    return DrawProof(fact=fact, data=[_draw(*each, row, program, today, telling) for each in found])


def _draws(row: JournalRow, telling: Telling) -> list[tuple[Drawn, Odds, dict[str, str]]]:
    """Each draw with its odds and its title."""
    outcome, timeline = row.change.outcome, telling.timeline
    match outcome:
        case Redeemed(drawn=Drawn() as drawn):
            wheel = wheel_of(outcome, timeline)
            odds = odds_of_wheel(wheel) if wheel is not None else None
            assert wheel is not None, "a wheel was turned"
            assert odds is not None, "a wheel has odds"
            return [(drawn, odds, wheel.title)]
        case Purchased(surprises=surprises, rulebook=rulebook) | Acted(surprises=surprises, rulebook=rulebook):
            edition = timeline.edition(rulebook)
            known = {odds_of_surprise(each).draw: each for each in edition.compiled.document.surprises}
            return [(each, odds_of_surprise(known[each.draw]), known[each.draw].title) for each in surprises]
        case _:
            return []


def _draw(
    drawn: Drawn, odds: Odds, title: dict[str, str], row: JournalRow, program: Program, today: int, telling: Telling
) -> DrawShown:
    seed = day_seed(program, drawn.day, today)
    value = value_of(seed_of(program.secret, drawn.day), message_of(row.member, drawn.draw, drawn.number))
    return DrawShown(
        draw=drawn.draw,
        title=pick(title, telling.language),
        number=drawn.number,
        member=typeids.encode("mbr", row.member),
        day=day_shown(drawn.day),
        commitment=seed.commitment.hex(),
        seed=None if seed.seed is None else seed.seed.hex(),
        value=value.to_bytes(VALUE_BYTES, "big").hex(),
        prizes=odds_shown(odds, telling.language),
        nothing_weight=odds.nothing_weight,
        place=drawn.place,
        cut=drawn.cut or None,
        given=drawn.prized is not None,
    )
