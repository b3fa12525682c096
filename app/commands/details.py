"""What members tell of themselves beside the profile, kept where it can be erased."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from app.engine.rulebook.attributes import Value
from app.repositories import details as repository
from app.repositories.database import Writer
from app.repositories.details import Birthday, Details
from app.repositories.programs import Program


class Told(Struct, frozen=True, kw_only=True):
    """What a member tells now; what is unset stays. An attribute that is None is forgotten."""

    birthday: Birthday | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    attributes: Mapping[str, Value | None] = {}
    device: str | None = None

    def applied(self, before: Details) -> Details:
        """What is kept after it."""
        attributes = {**before.attributes, **self.attributes}
        return Details(
            birthday=before.birthday if self.birthday is UNSET else self.birthday,
            email=before.email if self.email is UNSET else self.email,
            attributes={name: value for name, value in attributes.items() if value is not None},
        )


TOLD_NOTHING = Told()


async def keep(
    writer: Writer, program: Program, member: UUID, told: Told, now: datetime, *, only_empty: bool = False
) -> Details:
    """Write down what a locked member tells. With `only_empty`, what is kept already is left as it is.

    So at an enrolment: what a till says of somebody whom it has found may be about somebody else.
    """
    if told.device is not None:
        await repository.add_device(writer, program.id, member, device_digest(program, told.device))
    before = await repository.of_one(writer, program.id, member)
    after = before.filled(told.applied(repository.NOTHING)) if only_empty else told.applied(before)
    if after != before:
        await repository.keep(writer, program.id, member, after, now)
    return after


def device_digest(program: Program, device: str) -> bytes:
    """A device as we know it: nobody without the programme's secret can try out which one it is."""
    return hmac.digest(program.secret, b"device" + device.encode(), "sha256")


def same_email(one: str | None, other: str | None) -> bool:
    """Whether two addresses reach the same mailbox, as far as anybody can tell: without tags, in any case."""
    return one is not None and other is not None and _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> str:
    local, _, domain = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
