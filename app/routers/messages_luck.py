"""What can be said of draws: what was won."""

from collections.abc import Sequence

from app.engine.context import Edition
from app.engine.draws import surprise_draw
from app.engine.played import Drawn
from app.routers.languages import pick, text
from app.routers.phrases import MESSAGES


def luck_told(surprises: Sequence[Drawn], rulebook: int, edition: Edition | None, language: str) -> list[str]:
    """Every prize that was won. What another version than the one in force promised is only told in numbers."""
    if not surprises or edition is None or edition.version != rulebook:
        return []
    known = {surprise_draw(each.id): each.prizes for each in edition.compiled.document.surprises}
    return [
        text(language, MESSAGES["won"], title=pick(known[each.draw][each.place].title, language))
        for each in surprises
        if each.prized is not None and each.place is not None
    ]
