"""Phone numbers: however a number is written, it is kept and looked for in its one international form (E.164)."""

from functools import lru_cache
from typing import Final

import phonenumbers
from babel.core import get_global
from msgspec import Struct

from app.repositories.programs import Program

REGIONS_KNOWN_MAX: Final = 1000


class Phone(Struct, frozen=True, kw_only=True):
    """A number as it was given, for people to read, and in the form by which it leads to a member."""

    given: str
    number: str


def phone_of(given: str, program: Program) -> Phone | None:
    """The number as somebody in the programme's country would dial it; None if nobody could.

    Its length must be right and no more: ranges of numbers are opened sooner than any list of them is brought up
    to date, and a member whose number is too new to be listed is a member.
    """
    try:
        number = phonenumbers.parse(given, _region(program.zone, program.currency))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Phone(given=given, number=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=REGIONS_KNOWN_MAX)
def _region(zone: str, currency: str) -> str | None:
    """The country whose national numbers are meant: the zone's, else the currency's (ISO 4217 begins with ISO 3166).

    A programme in UTC and euros has none, and takes international numbers only.
    """
    for region in (get_global("zone_territories").get(zone), currency[:2]):
        if region in phonenumbers.SUPPORTED_REGIONS:
            return region
    return None
