"""What a member may ask of a programme: all that is kept of them, and its end. And what stops them: a block."""

from typing import Final, assert_never
from uuid import UUID

from fastapi import APIRouter
from msgspec import convert
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response

from app.commands import erasure, exports, members
from app.commands.asks import Ask, Conflict, Unavailable, Unknown
from app.commands.erasure import Erased
from app.commands.exports import Kept
from app.engine import typeids
from app.engine.commands import Block, Unblock
from app.engine.outcomes import BlockSet
from app.repositories.erasing import Proof
from app.repositories.keys import Caller
from app.repositories.recording import kind_of
from app.routers import asking, auth, resolving
from app.routers.handles import handles
from app.routers.models_people import (
    BlockAsked,
    Blocking,
    Books,
    Destroyed,
    Erasure,
    Export,
    ExportedFact,
    MemberPath,
)
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.readable import readable
from app.routers.render import PREFIXES
from app.routers.wire import instant, moment

router = APIRouter(route_class=Plain)
TAG: Final = "Members"
REFUSALS: Final = ("not_enrolled", "member_merged")
KEYED: Final = ("idempotency_key_missing", "idempotency_key_reused")


@router.get(
    "/v1/members/{member}/export",
    **operation(
        "export_member",
        TAG,
        "Export all that is kept of a member",
        Export,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked"),
    ),
)
async def export_member(request: Request, member: MemberPath) -> Response:
    """Every row of every table and every fact, all of one moment. Needs the scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    exported = await exports.export(kept.database, caller.program, found)
    if exported is None:
        raise Rejected("member_not_found")
    export = Export(
        member=typeids.encode("mbr", exported.member),
        program=caller.program.name,
        exported_at=moment(exported.at),
        tables=dict(exported.tables),
        facts=_facts(exported),
    )
    return answered(export, headers={"cache-control": "no-store"})


def _facts(exported: Kept) -> list[ExportedFact]:
    return [
        ExportedFact(
            id=typeids.encode(PREFIXES[kind_of(row.command)], row.id),
            number=row.number,
            source=row.source,
            happened_at=instant(row.happened_us),
            decided_at=instant(row.decided_us),
            metadata=exported.metadata.get(row.id, {}),
            command=readable(row.command),
            change=readable(row.change),
        )
        for row in exported.facts
    ]


@router.post(
    "/v1/members/{member}/erase",
    **operation(
        "erase_member",
        TAG,
        "Erase a member",
        Erasure,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked", *KEYED),
        parameters=(IDEMPOTENCY_KEY,),
    ),
)
async def erase_member(request: Request, member: MemberPath) -> Response:
    """Destroys everything personal and proves that balances, totals and journal are as they were. There is no way back.

    The member earns and spends nothing any more. Who was erased before is answered with the proof of then.
    Needs the scope manager; the request has no body.
    """
    caller = await auth.caller(request, auth.MANAGER)
    key = asking.idempotency_key(request)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    answer = await erasure.erase(kept.database, kept.lanes, caller.program, caller.source, found, key)
    match answer:
        case Erased(member=erased, proof=proof, replayed=replayed):
            return answered(_proved(erased, proof), replayed=replayed)
        case Unknown():
            raise Rejected("member_not_found")
        case Conflict():
            raise Rejected("idempotency_key_reused")
        case Unavailable(retry_after_s=seconds):
            raise Rejected("unavailable", headers={"retry-after": str(seconds)})
        case _ as never:
            assert_never(never)


def _proved(member: UUID, proof: Proof) -> Erasure:
    return Erasure(
        member=typeids.encode("mbr", member),
        erased_at=moment(proof.erased_at),
        destroyed=convert(asdict(proof.destroyed), Destroyed),
        before=convert(asdict(proof.before), Books),
        after=convert(asdict(proof.after), Books),
    )


@router.post(
    "/v1/members/{member}/block",
    **operation(
        "block_member",
        TAG,
        "Block a member",
        Blocking,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked", "member_erased", *REFUSALS),
        body=BlockAsked,
        example={"reason": "fraud_suspected"},
        replayable=True,
    ),
)
async def block_member(request: Request, member: MemberPath) -> Response:
    """Nothing is earned or spent until the member is unblocked; refunds go on, and so does time. Scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, BlockAsked)
    return await _set(request, caller, member, Block(reason=asked.reason))


@router.post(
    "/v1/members/{member}/unblock",
    **operation(
        "unblock_member",
        TAG,
        "Unblock a member",
        Blocking,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked", "member_erased", *REFUSALS, *KEYED),
        parameters=(IDEMPOTENCY_KEY,),
    ),
)
async def unblock_member(request: Request, member: MemberPath) -> Response:
    """They may earn and spend again. Needs the scope manager; the request has no body."""
    caller = await auth.caller(request, auth.MANAGER)
    return await _set(request, caller, member, Unblock())


async def _set(request: Request, caller: Caller, member: str, command: Block | Unblock) -> Response:
    key = asking.idempotency_key(request)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    shown = await members.shown(kept.database, caller.program, found)
    if shown is None:
        raise Rejected("member_not_found")
    if shown.profile.erased_at is not None:
        raise Rejected("member_erased")
    prefix = PREFIXES[kind_of(command)]
    answer = await kept.lanes.ask(caller.program, caller.source, Ask(member=found, command=command, key=key))
    recorded = resolving.accepted(answer, prefix)
    outcome = recorded.row.change.outcome
    assert isinstance(outcome, BlockSet), "the lane was asked to block or unblock"
    blocking = Blocking(
        id=typeids.encode(prefix, recorded.row.id),
        member=typeids.encode("mbr", recorded.row.member),
        blocked=outcome.blocked,
        decided_at=instant(recorded.row.decided_us),
    )
    return answered(blocking, replayed=recorded.replayed)
