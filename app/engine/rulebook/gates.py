"""Segments as gates of rewards: who may have one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.rulebook.asking import DIMENSIONS, TIER, Asking, asking_for
from app.engine.rulebook.conditions import InSegment
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.judging import UNKNOWN, Test, tests_of_condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What has to be read of a member, and what must hold."""

    asking: Asking
    tests: tuple[Test, ...]

    def is_open(self, rank: int, readings: Sequence[int]) -> bool:
        """Whether a member of the tier with this rank, of whom the gauges read so, is in one of the segments."""
        moment = [UNKNOWN] * len(DIMENSIONS)
        moment[TIER] = rank
        return all(test.judge((*moment, *readings)) for test in self.tests)


def gates_of(document: Rulebook, ranks: Mapping[str | None, int]) -> Mapping[str, Gate]:
    """The gates of those rewards that have one, by the reward's id."""
    return {
        reward.id: _gate(InSegment(kind="segment", any_of=reward.segments), document, ranks)
        for reward in document.rewards
        if reward.segments is not None
    }


def _gate(condition: InSegment, document: Rulebook, ranks: Mapping[str | None, int]) -> Gate:
    asking = asking_for([condition], document, ranks)
    return Gate(asking=asking, tests=tuple(tests_of_condition(condition, asking)))
