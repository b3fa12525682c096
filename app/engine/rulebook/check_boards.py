"""What is wrong with leaderboards: what they name, and who would see what is nobody's business."""

from collections.abc import Iterator

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.check_games import faults_of_measure
from app.engine.rulebook.document import Leaderboard, Rulebook
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.measures import PURCHASES


def faults_of_boards(document: Rulebook, asking: Asking) -> Iterator[Fault]:
    """Everything that is wrong with leaderboards."""
    kinds = {PURCHASES, *(kind.id for kind in document.activities)}
    personal = {attribute.id: attribute.personal for attribute in document.attributes}
    seen: set[str] = set()
    for number, board in enumerate(document.leaderboards):
        place: Place = ("leaderboards", number)
        if board.id in seen:
            yield fault_at("duplicate_id", "Another leaderboard has this id.", *place, "id")
        seen.add(board.id)
        yield from faults_of_measure(board.measure, kinds, asking, (*place, "measure"))
        yield from _team(board, personal, place)


def _team(board: Leaderboard, personal: dict[str, bool], place: Place) -> Iterator[Fault]:
    """The attribute that says the team is there where there are teams, and is no secret."""
    if (board.group == "team") != (board.team is not None):
        detail = "A leaderboard of teams, and no other, says which attribute is the team."
        yield fault_at("contradiction", detail, *place, "team")
    elif board.team is not None and board.team not in personal:
        yield fault_at("unknown_attribute", "No attribute has this id.", *place, "team")
    elif board.team is not None and personal[board.team]:
        yield fault_at("personal_attribute", "A team is seen by its members; this attribute is not.", *place, "team")
