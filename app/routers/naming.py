"""From what callers write about people to what it means: phones, who is sought, what was said."""

from app.commands.consents import Said
from app.commands.phones import Phone, phone_of
from app.repositories import members
from app.repositories.keys import Caller
from app.repositories.members import Identifier
from app.repositories.programs import Program
from app.routers.models_people import ConsentAsked, LookupAsked
from app.routers.problems import invalid


def phone(given: str | None, program: Program) -> Phone | None:
    """The number that a field `phone` holds. One that nobody could dial is a fault."""
    if given is None:
        return None
    found = phone_of(given, program)
    if found is None:
        raise invalid("not_a_phone", "/phone")
    return found


def sought(asked: LookupAsked, caller: Caller) -> Identifier:
    """Who is looked for."""
    number = phone(asked.phone, caller.program)
    found = []
    if number is not None:
        found.append(members.phone(number.number))
    if asked.card is not None:
        found.append(members.card(asked.card))
    if asked.external_id is not None:
        found.append(Identifier(kind="external_id", source=caller.source, value=asked.external_id))
    if len(found) != 1:
        raise invalid("one_identifier", None)
    return found[0]


def said(asked: ConsentAsked) -> Said:
    """What the member says, for the record."""
    return Said(
        purpose=asked.purpose,
        channel=asked.channel,
        is_granted=asked.granted,
        wording=asked.wording,
        language=asked.language,
        store=asked.store,
        note=asked.note,
        given_at=asked.given_at,
    )
