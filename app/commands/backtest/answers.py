"""Personal questions of a draft, answered from what was recorded, else from what is known today, else with no."""

from collections.abc import Mapping
from uuid import UUID

from app.commands.known import People, asks, known
from app.engine.commands import Command
from app.engine.context import Context
from app.repositories.details import NOTHING, Details


class Answers(People):
    """Mutable: `recorded` are the answers on record of the row at hand; counts where the others came from."""

    __slots__ = ("counts", "recorded", "today")

    def __init__(self) -> None:
        super().__init__({})
        self.today: dict[UUID, Details] = {}
        self.recorded: Mapping[str, bool] = {}
        self.counts = {"today": 0, "unknown": 0}

    def known(self, member: UUID, command: Command, context: Context) -> tuple[str, ...]:
        """The questions that hold for a member at what they did."""
        questions = context.timeline.questions
        if not questions or not asks(command):
            return ()
        told = self.today.get(member, NOTHING)
        of_today = set(known(told, command, context))
        found = []
        for question in questions:
            answer = self.recorded.get(question)
            if answer is None:
                is_known = _is_known(question, told)
                self.counts["today" if is_known else "unknown"] += 1
                answer = is_known and question in of_today
            if answer:
                found.append(question)
        return tuple(found)


def _is_known(question: str, told: Details) -> bool:
    """Whether anything is known of what a question is about."""
    kind, _, rest = question.partition("/")
    return told.birthday is not None if kind == "birthday" else rest.split("/", 1)[0] in told.attributes
