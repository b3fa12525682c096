"""Many commands in one request, each with its own key and its own result: offline tills, imports, bulk."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never
from uuid import UUID

import structlog
from fastapi import APIRouter
from msgspec import Struct
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.commands import awaiting
from app.commands.asks import Answered, Ask, Recorded
from app.engine.commands import Command, RedemptionCancel
from app.repositories.awaiting import AwaitingRefund
from app.repositories.keys import Caller
from app.routers import asking, auth, render, render_activities, render_corrections, resolving, waiting
from app.routers.handles import Handles, handles
from app.routers.models_activities import ActivityAsked
from app.routers.models_asked import PURCHASE_EXAMPLE, PurchaseAsked, RedemptionAsked
from app.routers.models_batch import BatchAnswer, BatchAsked, CommandAsked, RedemptionCancelAsked, Result
from app.routers.models_corrections import RefundAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import (
    REQUEST_ID,
    Fault,
    Rejected,
    fault_of,
    from_validation,
    invalid,
    problem,
)
from app.routers.render import Telling

router = APIRouter(route_class=Plain)
TAG: Final = "Batch"
log = structlog.get_logger(__name__)
PREFIXES: Final = {
    "activity": "act",
    "purchase": "pur",
    "refund": "rfd",
    "redemption": "rdm",
    "redemption_cancel": "rdc",
}


_COMMANDS: Final = TypeAdapter(list[CommandAsked])
_NOTHING: Final[dict[str, Any]] = dict.fromkeys(Result.__struct_fields__)


class Failed(Struct, frozen=True):
    """A command that cannot be sent."""

    rejected: Rejected


class Waits(Struct, frozen=True):
    """A refund of a receipt that is not there yet."""

    refund: AwaitingRefund


# What was put into its lane, and what was not.
Sent = asyncio.Future[Answered] | Failed | Waits


@router.post(
    "/v1/batch",
    **operation(
        "run_batch",
        TAG,
        "Carry out many commands",
        BatchAnswer,
        auth=KEY,
        problems=("missing_scope",),
        body=BatchAsked,
        example={
            "commands": [{"idempotency_key": "till-7-receipt-000123", "kind": "purchase", "purchase": PURCHASE_EXAMPLE}]
        },
    ),
)
async def run_batch(request: Request) -> Response:
    """Each command succeeds or fails by itself; commands of one member keep their order. The body may have 8 MiB."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    commands = _commands(await asking.raw_body(request))
    sending = await _send(kept, caller, commands)
    language = resolving.language(request)
    results = []
    for index, (command, sent) in enumerate(zip(commands, sending, strict=True)):
        if isinstance(command, Failed) or isinstance(sent, Failed):
            failed = command if isinstance(command, Failed) else sent
            assert isinstance(failed, Failed), "one of them is"
            results.append(_not_done(index, command, failed.rejected, language, request))
            continue
        if isinstance(sent, Waits):
            results.append(_result(index, command, 202, waiting_refund=waiting.not_yet(sent.refund, request)))
            continue
        try:
            recorded = resolving.accepted(await sent, PREFIXES[command.kind])
            telling = await resolving.telling(
                kept, caller, language, recorded.row.rulebooks_known, member=recorded.row.member
            )
            results.append(_done(index, command, recorded, telling))
        except Rejected as rejected:
            results.append(_not_done(index, command, rejected, language, request))
        except Exception:
            log.exception("command of a batch failed", request_id=request.scope.get(REQUEST_ID), index=index)
            results.append(_not_done(index, command, Rejected("internal_error"), language, request))
    return answered(BatchAnswer(results=results))


def _commands(data: bytes) -> Sequence[CommandAsked | Failed]:
    """The commands; one that is not valid is set apart, so that its neighbours do not pay for it."""
    try:
        return [
            _consistent(command, index) for index, command in enumerate(BatchAsked.model_validate_json(data).commands)
        ]
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        if not all(item["loc"][:1] == ("commands",) and len(item["loc"]) > 1 for item in found):
            raise from_validation(error) from None
    faults: dict[int, list[Fault]] = {}
    for item in found:
        faults.setdefault(int(item["loc"][1]), []).append(fault_of(item))
    raw = json.loads(data)["commands"]
    rest = json.dumps([command for index, command in enumerate(raw) if index not in faults])
    sound = iter(_COMMANDS.validate_json(rest))
    return [
        Failed(Rejected("invalid_request", faults[index])) if index in faults else _consistent(next(sound), index)
        for index in range(len(raw))
    ]


def _consistent(command: CommandAsked, index: int) -> CommandAsked | Failed:
    bodies = {kind: getattr(command, kind) for kind in PREFIXES}
    if bodies.pop(command.kind) is None or any(other is not None for other in bodies.values()):
        return Failed(invalid("kind_mismatch", f"/commands/{index}/kind"))
    return command


async def _send(kept: Handles, caller: Caller, commands: Sequence[CommandAsked | Failed]) -> list[Sent]:
    """Puts every command into its lane, in order, before anything is awaited that takes long."""
    bodies = [command.body for command in commands if isinstance(command, CommandAsked)]
    named = [body.member for body in bodies if isinstance(body, PurchaseAsked | RedemptionAsked | ActivityAsked)]
    members = await resolving.member_ids(kept, caller, [name for name in named if name is not None])
    sent: list[Sent] = []
    for index, command in enumerate(commands):
        if isinstance(command, Failed):
            sent.append(command)
            continue
        try:
            found = await _meant(kept, caller, command, members, sent)
        except Rejected as rejected:
            sent.append(Failed(_located(rejected, f"/commands/{index}/{command.kind}")))
            continue
        if isinstance(found, Waits):
            sent.append(found)
            continue
        member, meant = found
        metadata = _kept(command)
        ask = Ask(member=member, command=meant, key=command.idempotency_key, metadata=metadata)
        sent.append(kept.lanes.enqueue(caller.program, caller.source, ask))
    return sent


async def _meant(
    kept: Handles,
    caller: Caller,
    command: CommandAsked,
    members: resolving.Named,
    earlier: Sequence[Sent],
) -> tuple[UUID, Command] | Waits:
    """The member and the engine's command; or a refund that waits for its purchase."""
    match command.body:
        case PurchaseAsked() | RedemptionAsked() | ActivityAsked() as body:
            if body.member is None:
                raise invalid("member_required", "/member")
            if not isinstance(body, RedemptionAsked) and body.any_age:
                auth.also(caller, auth.ANY_AGE)
            key = command.idempotency_key
            return await resolving.member_under(kept, caller, members, body.member, key), body.command()
        case RefundAsked() as body:
            bought = await _original(kept, caller, "pur", body.purchase, earlier)
            if bought is None:
                waits = await waiting.wait(kept, caller, body, command.idempotency_key)
                if waits is not None:
                    return Waits(waits)
                bought = await resolving.purchase_in_body(kept, caller, body.purchase)
            refund, key = body.command(bought.row.id), command.idempotency_key
            return bought.row.member, await awaiting.as_sent(kept.database, caller.program, caller.source, key, refund)
        case RedemptionCancelAsked() as body:
            taken = await _original(kept, caller, "rdm", body.redemption, earlier)
            if taken is None:
                raise invalid("unknown_redemption", "/redemption")
            return taken.row.member, RedemptionCancel(redemption=taken.row.id)
        case _ as never:
            assert_never(never)


async def _original(
    kept: Handles,
    caller: Caller,
    prefix: str,
    reference: str,
    earlier: Sequence[Sent],
) -> Recorded | None:
    """The fact that is to be undone. It may be recorded by an earlier command of this very batch."""
    found = await resolving.fact(kept, caller, prefix, reference)
    if found is None:
        under_way = (sent for sent in earlier if not isinstance(sent, Failed | Waits))
        await asyncio.gather(*under_way, return_exceptions=True)
        found = await resolving.fact(kept, caller, prefix, reference)
    return found


def _done(index: int, command: CommandAsked, recorded: Recorded, telling: Telling) -> Result:
    row = recorded.row
    return _result(
        index,
        command,
        201,
        replayed=recorded.replayed,
        purchase=render.purchase(recorded, telling, claim_code=None) if command.purchase else None,
        refund=render_corrections.refund(row, telling) if command.refund else None,
        redemption=render.redemption(row, telling) if command.redemption else None,
        redemption_cancel=render.cancellation(row, telling) if command.redemption_cancel else None,
        activity=render_activities.activity(recorded, telling) if command.activity else None,
    )


def _result(index: int, command: CommandAsked | Failed, status: int, **parts: Any) -> Result:
    """A result of which all that is not named is null."""
    key = command.idempotency_key if isinstance(command, CommandAsked) else None
    told = {"index": index, "idempotency_key": key, "status": status, "replayed": False, **parts}
    return Result(**_NOTHING | told)


def _kept(command: CommandAsked) -> Mapping[str, str]:
    """What is kept beside the journal."""
    if command.activity is not None:
        return command.activity.kept()
    return command.purchase.metadata if command.purchase is not None else {}


def _not_done(
    index: int, command: CommandAsked | Failed, rejected: Rejected, language: str, request: Request
) -> Result:
    if isinstance(command, CommandAsked):
        rejected = _located(rejected, f"/commands/{index}/{command.kind}")
    request_id = str(request.scope.get(REQUEST_ID, ""))
    told = problem(rejected, language, instance=request.url.path, request_id=request_id)
    return _result(index, command, rejected.status, problem=told)


def _located(rejected: Rejected, at: str) -> Rejected:
    """The same problem with pointers into the whole request."""
    faults = [
        replace(fault, pointer=f"{at}{fault.pointer}")
        if fault.pointer is not None and not fault.pointer.startswith("/commands/")
        else fault
        for fault in rejected.faults
    ]
    return Rejected(rejected.code, faults, headers=rejected.headers, existing=rejected.existing, values=rejected.values)
