"""What a member has told of themselves beside the profile: birthday, e-mail, attributes, the devices they use."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, json
from msgspec.structs import replace

from app.engine.rulebook.attributes import Value
from app.repositories.database import Reader, Writer

DEVICES_MAX = 20


class Birthday(Struct, frozen=True, kw_only=True):
    """A month and a day, and the year where the member has told it."""

    month: int
    day: int
    year: int | None = None


class Details(Struct, frozen=True, kw_only=True):
    """What a member has told. `attributes` are values of those that a rulebook declares or has declared."""

    birthday: Birthday | None = None
    email: str | None = None
    attributes: Mapping[str, Value] = {}

    @property
    def is_empty(self) -> bool:
        """Nothing was told."""
        return self.birthday is None and self.email is None and not self.attributes

    def filled(self, by: "Details") -> "Details":
        """With what another of the same person has told, where these say nothing."""
        return replace(
            self,
            birthday=self.birthday or by.birthday,
            email=self.email or by.email,
            attributes={**by.attributes, **self.attributes},
        )


NOTHING = Details()


async def of(reader: Reader, program_id: UUID, members: Sequence[UUID]) -> dict[UUID, Details]:
    """What several members have told; who has told nothing is absent."""
    rows = await reader.rows(
        "SELECT member_id, birth_month, birth_day, birth_year, email, attributes::text FROM member_details"
        " WHERE program_id = $1 AND member_id = ANY($2::uuid[])",
        program_id,
        list(members),
    )
    return {
        member: Details(
            birthday=Birthday(month=month, day=day, year=year) if month is not None else None,
            email=email,
            attributes=json.decode(attributes, type=dict[str, bool | int | str]),
        )
        for member, month, day, year, email, attributes in rows
    }


async def of_one(reader: Reader, program_id: UUID, member: UUID) -> Details:
    """What one member has told."""
    return (await of(reader, program_id, [member])).get(member, NOTHING)


async def keep(writer: Writer, program_id: UUID, member: UUID, details: Details, at: datetime) -> None:
    """What a member has told by now, in the place of what was kept. Lock the member first."""
    birthday = details.birthday
    await writer.write(
        "INSERT INTO member_details (program_id, member_id, birth_month, birth_day, birth_year, email, attributes,"
        " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8)"
        " ON CONFLICT (program_id, member_id) DO UPDATE SET birth_month = excluded.birth_month,"
        " birth_day = excluded.birth_day, birth_year = excluded.birth_year, email = excluded.email,"
        " attributes = excluded.attributes, updated_at = excluded.updated_at",
        program_id,
        member,
        birthday.month if birthday else None,
        birthday.day if birthday else None,
        birthday.year if birthday else None,
        details.email,
        json.encode(dict(details.attributes)).decode(),
        at,
    )


async def devices(reader: Reader, program_id: UUID, member: UUID) -> set[bytes]:
    """The digests of a member's devices."""
    rows = await reader.rows(
        "SELECT digest FROM member_devices WHERE program_id = $1 AND member_id = $2 ORDER BY digest LIMIT $3",
        program_id,
        member,
        DEVICES_MAX,
    )
    return {bytes(row[0]) for row in rows}


async def add_device(writer: Writer, program_id: UUID, member: UUID, digest: bytes) -> None:
    """A device that a member uses, unless there are too many. Lock the member first."""
    await writer.write(
        "INSERT INTO member_devices (program_id, member_id, digest) SELECT $1, $2, $3"
        " WHERE (SELECT count(*) FROM member_devices WHERE program_id = $1 AND member_id = $2) < $4"
        " ON CONFLICT DO NOTHING",
        program_id,
        member,
        digest,
        DEVICES_MAX,
    )


async def move(writer: Writer, program_id: UUID, origin: UUID, to: UUID, at: datetime) -> None:
    """What one member has told fills what another of the same person has not; their devices are theirs."""
    both = await of(writer, program_id, [origin, to])
    if origin in both:
        own = both.get(to, NOTHING)
        filled = own.filled(both[origin])
        if filled != own:
            await keep(writer, program_id, to, filled, at)
        await writer.write("DELETE FROM member_details WHERE program_id = $1 AND member_id = $2", program_id, origin)
    for digest in await devices(writer, program_id, origin):
        await add_device(writer, program_id, to, digest)
    await writer.write("DELETE FROM member_devices WHERE program_id = $1 AND member_id = $2", program_id, origin)
