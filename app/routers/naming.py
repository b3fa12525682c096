"""From what callers write about people to what it means: phones, who is sought, what was said."""

import re
from collections.abc import Mapping
from datetime import date

from app.commands.consents import Said
from app.commands.phones import Phone, phone_of
from app.engine.rulebook.attributes import Attribute, Value
from app.repositories import members
from app.repositories.details import Birthday
from app.repositories.keys import Caller
from app.repositories.members import Identifier
from app.repositories.programs import Program
from app.routers.models_people import ConsentAsked, LookupAsked
from app.routers.problems import Fault, Rejected, invalid


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


def birthday(given: str) -> Birthday:
    """A month and a day that exist, in some year where none is given."""
    *years, month, day = [int(part) for part in given.split("-")]
    try:
        date(years[0] if years else 2000, month, day)
    except ValueError:
        raise invalid("not_a_day", "/birthday") from None
    return Birthday(month=month, day=day, year=years[0] if years else None)


def attributes(given: Mapping[str, str | None], declared: Mapping[str, Attribute]) -> dict[str, Value | None]:
    """Values of attributes as the rulebook in force declares them. What it does not know is a fault."""
    found: dict[str, Value | None] = {}
    faults: list[Fault] = []
    for name, text in given.items():
        attribute = declared.get(name)
        if attribute is None:
            faults.append(Fault(code="unknown_attribute", pointer=f"/attributes/{_step(name)}"))
            continue
        value = None if text is None else _value(attribute, text)
        if isinstance(value, Fault):
            faults.append(value)
        else:
            found[name] = value
    if faults:
        raise Rejected("invalid_request", faults)
    return found


def _value(attribute: Attribute, text: str) -> Value | Fault:
    pointer = f"/attributes/{attribute.id}"
    match attribute.kind:
        case "text":
            return text
        case "number":
            is_number = re.fullmatch(r"-?[0-9]{1,15}", text) is not None
            return int(text) if is_number else Fault(code="not_an_integer", pointer=pointer)
        case "yes_no":
            return {"true": True, "false": False}.get(text, Fault(code="not_a_boolean", pointer=pointer))
        case "choice":
            return text if text in (attribute.choices or ()) else Fault(code="not_offered", pointer=pointer)


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def birthday_shown(kept: Birthday | None) -> str | None:
    """A birthday as callers write it."""
    if kept is None:
        return None
    day = f"{kept.month:02}-{kept.day:02}"
    return day if kept.year is None else f"{kept.year:04}-{day}"


def attributes_shown(kept: Mapping[str, Value]) -> dict[str, str]:
    """Attributes as callers write them, in the order of their ids."""
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in sorted(kept.items())}
