"""Leaderboards made ready for counting."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.boards import Leaderboard, board_counter
from app.engine.rulebook.games import Track, Tracks, kind_of, tracks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Boards:
    """What activities of one kind count towards, and the names of the tracks that are counted store by store."""

    tracks: Tracks
    by_store: frozenset[str]


def boards_of(boards: tuple[Leaderboard, ...], asking: Asking) -> Mapping[str, Boards]:
    """The leaderboards of a checked document by the kind of activity that counts, "" for purchases."""
    return {
        kind: Boards(
            tracks=tracks_of([_track(board) for board in boards if kind_of(board.measure) == kind], asking),
            by_store=frozenset(board_counter(board.id) for board in boards if board.group == "store"),
        )
        for kind in dict.fromkeys(kind_of(board.measure) for board in boards)
    }


def _track(board: Leaderboard) -> Track:
    period = None if board.period == "ever" else board.period
    return Track(name=board_counter(board.id), measure=board.measure, period=period)
