"""Telling of a birthday: a notice, and nothing else changes."""

from app.engine.birthdays import TellBirthday
from app.engine.calendar import day_start_us, local_day
from app.engine.change import Change
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.movements import Notice
from app.engine.outcomes import TimePassed


def tell(command: TellBirthday, draft: Draft, context: Context) -> Change:
    """Give the notice with its own instant, however late whoever looked for birthdays came by."""
    day = local_day(command.at_us, context.zone) + command.days
    on_us = day_start_us(day, context.zone)
    draft.notices.append(Notice(kind="birthday", at_us=command.at_us, wallet="", points=0, on_us=on_us))
    return draft.finish(TimePassed())
