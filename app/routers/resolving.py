"""From what callers write to what it means: members, facts, and the answers of the lanes."""

from collections.abc import Iterable, Mapping
from typing import Final, assert_never
from uuid import UUID

from starlette.requests import Request

from app.commands.asks import Answered, Conflict, Nothing, Recorded, Unavailable, Unknown
from app.commands.reading import Quote
from app.engine import typeids
from app.engine.ids import external_key, fact_id, replacement_key
from app.engine.refusals import Refusal
from app.repositories import members
from app.repositories.keys import Caller
from app.repositories.members import Identifier, Lead
from app.repositories.recording import kind_of
from app.routers.handles import Handles
from app.routers.headers import header
from app.routers.languages import DEFAULT, negotiate, supported
from app.routers.problems import Rejected, invalid, refused
from app.routers.render import PREFIXES, Telling
from app.routers.wire import CODE_LENGTH_MAX

EXTERNAL: Final = "ext:"
CARD: Final = "card:"
# Purchases, refunds and activities may carry an id of the caller's own; their kinds in the journal.
OWN_IDS: Final = {prefix: kind for kind, prefix in PREFIXES.items() if prefix in {"pur", "rfd", "act"}}


def language(request: Request) -> str:
    """The language that the caller asks for."""
    return negotiate(header(request.scope, b"accept-language")) or DEFAULT


def identifier(reference: str, source: int) -> Identifier | None:
    """What `ext:…` and `card:…` stand for; own ids belong to the source, cards to everybody."""
    for prefix, kind, whose in ((EXTERNAL, "external_id", source), (CARD, "card", members.ANY_SOURCE)):
        value = reference.removeprefix(prefix)
        if value != reference and 1 <= len(value) <= CODE_LENGTH_MAX and value.isprintable():
            return Identifier(kind="card" if kind == "card" else "external_id", source=whose, value=value)
    return None


# To whom the names in a body lead.
Named = Mapping[str, Lead]


async def member_ids(kept: Handles, caller: Caller, references: Iterable[str]) -> dict[str, Lead]:
    """The members that are named; names that lead nowhere are absent. Ids are believed: the ledger knows its own."""
    found: dict[str, Lead] = {}
    named: dict[str, Identifier] = {}
    for reference in references:
        direct = typeids.decode("mbr", reference)
        if direct is not None:
            found[reference] = Lead(member=direct, is_blocked=False)
        elif (given := identifier(reference, caller.source)) is not None:
            named[reference] = given
    if named:
        async with kept.database.glancing() as reader:
            known = await members.identified(reader, caller.program.id, list(named.values()))
        found |= {reference: known[given] for reference, given in named.items() if given in known}
    return found


def member_of(found: Named, reference: str, source: int, pointer: str = "/member") -> UUID:
    """The member of a name in a body, out of those that `member_ids` found."""
    if reference not in found:
        raise no_such_member(reference, source, pointer)
    return usable(found[reference])


def usable(lead: Lead) -> UUID:
    """The member to whom an identifier leads, unless it is blocked."""
    if lead.is_blocked:
        raise Rejected("card_blocked")
    return lead.member


async def member_in_body(
    kept: Handles, caller: Caller, reference: str, pointer: str = "/member", *, key: str | None = None
) -> UUID:
    """The member that a body names, in the field to which `pointer` leads; `key` is that of a request that writes."""
    direct = typeids.decode("mbr", reference)
    if direct is not None:
        return direct
    found = await member_ids(kept, caller, [reference])
    if key is not None:
        return await member_under(kept, caller, found, reference, key, pointer)
    return member_of(found, reference, caller.source, pointer)


async def member_under(
    kept: Handles, caller: Caller, found: Named, reference: str, key: str, pointer: str = "/member"
) -> UUID:
    """The member of a name in a request that writes under a key.

    A card that was blocked after the request was recorded does not keep it from its first answer.
    """
    lead = found.get(reference)
    if lead is not None and lead.is_blocked:
        fact = fact_id(caller.program.secret, caller.source, key)
        if await kept.reading.fact(caller.program, fact) is not None:
            return lead.member
    return member_of(found, reference, caller.source, pointer)


def no_such_member(reference: str, source: int, pointer: str = "/member") -> Rejected:
    """A body names a member who is not there, or nothing that could be one."""
    return invalid("unknown_member" if identifier(reference, source) else "not_an_id", pointer)


async def member_in_path(kept: Handles, caller: Caller, reference: str, *, even_blocked: bool = False) -> UUID:
    """The member that a path names; by a blocked card only where blocked cards are dealt with."""
    found = await member_ids(kept, caller, [reference])
    if reference not in found:
        raise Rejected("member_not_found")
    return found[reference].member if even_blocked else usable(found[reference])


async def fact(kept: Handles, caller: Caller, prefix: str, reference: str) -> Recorded | None:
    """The fact of this kind that is named by its id, or by the caller's own id where such facts have one."""
    direct = typeids.decode(prefix, reference)
    recorded: Recorded | None = None
    if direct is not None:
        recorded = await kept.reading.fact(caller.program, direct)
    elif prefix in OWN_IDS and (given := identifier(reference, caller.source)) and given.kind == "external_id":
        recorded = await _named(kept, caller, prefix, given.value)
    return recorded if recorded is not None and PREFIXES[kind_of(recorded.row.command)] == prefix else None


async def _named(kept: Handles, caller: Caller, prefix: str, own: str) -> Recorded | None:
    """The fact with an id of the caller's own: the last, where one has taken the id over from a voided one."""
    secret, source, kind = caller.program.secret, caller.source, OWN_IDS[prefix]
    recorded = await kept.reading.external(caller.program, external_key(secret, source, kind, own))
    while recorded is not None:
        key = replacement_key(secret, source, kind, own, recorded.row.id)
        later = await kept.reading.external(caller.program, key)
        if later is None:
            break
        recorded = later
    return recorded


async def fact_in_path(kept: Handles, caller: Caller, prefix: str, reference: str, missing: str) -> Recorded:
    """The fact that a path names."""
    recorded = await fact(kept, caller, prefix, reference)
    if recorded is None:
        raise Rejected(missing)
    return recorded


async def purchase_in_body(kept: Handles, caller: Caller, reference: str) -> Recorded:
    """The purchase that a body names."""
    recorded = await fact(kept, caller, "pur", reference)
    if recorded is None:
        raise invalid("unknown_purchase", "/purchase")
    return recorded


async def telling(
    kept: Handles, caller: Caller, language: str, versions: int, *, member: UUID | None = None
) -> Telling:
    """How to tell a row that was decided when so many rulebooks were known, with messages for its member."""
    timeline = await kept.reading.timeline(caller.program, versions)
    speaks = None if member is None else await spoken(kept, caller, member)
    return Telling(currency=caller.program.currency, language=language, timeline=timeline, spoken=speaks)


async def spoken(kept: Handles, caller: Caller, member: UUID) -> str | None:
    """The language that a member reads, if there are texts in it."""
    found = await kept.spoken.of(caller.program.id, member)
    return None if found is None else supported(found)


def accepted(answer: Answered, prefix: str) -> Recorded:
    """The recorded row, or the problem that stands in its place. `prefix` is that of the fact that was asked for."""
    match answer:
        case Recorded():
            return answer
        case Refusal():
            raise refused(answer, prefix)
        case Conflict(code="external_id_reused", existing=existing):
            raise Rejected("external_id_reused", existing=typeids.encode(prefix, existing))
        case Conflict():
            raise Rejected("idempotency_key_reused")
        case Unknown(what=what):
            raise invalid(f"unknown_{what}", f"/{what}")
        case Unavailable(retry_after_s=seconds):
            raise Rejected("unavailable", headers={"retry-after": str(seconds)})
        case Nothing():
            raise AssertionError("only the sweeper lets time pass")
        case _ as never:
            assert_never(never)


def quoted(answer: Quote | Refusal | Unknown, prefix: str) -> Quote:
    """The quote, or the problem that stands in its place."""
    match answer:
        case Quote():
            return answer
        case Refusal():
            raise refused(answer, prefix)
        case Unknown(what=what):
            raise invalid(f"unknown_{what}", f"/{what}")
        case _ as never:
            assert_never(never)
