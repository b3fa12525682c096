"""Word of birthdays. The engine never has a date of birth: somebody else knows it, and says when word falls due."""

from msgspec import Struct


class TellBirthday(Struct, frozen=True, kw_only=True, array_like=True, tag=80):
    """It is so many days until the member's birthday, and at `at_us` it was time to say so. Sent by the keeper only."""

    at_us: int
    days: int = 0
