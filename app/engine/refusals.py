"""Why a command was not carried out. A refusal leaves no trace and carries the numbers of its reason."""

from msgspec import Struct


class Reason(Struct, frozen=True, kw_only=True):
    """One reason: a stable code, the place in the command it is about, and its numbers."""

    code: str
    pointer: str = ""
    numbers: tuple[tuple[str, int | str], ...] = ()


class Refusal(Struct, frozen=True, kw_only=True):
    """Every reason for which decide said no. At least one."""

    reasons: tuple[Reason, ...]


def refuse(code: str, pointer: str = "", /, **numbers: int | str) -> Refusal:
    """A refusal for one reason."""
    return Refusal(reasons=(Reason(code=code, pointer=pointer, numbers=tuple(numbers.items())),))
