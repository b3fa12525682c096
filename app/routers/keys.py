"""API keys: made, listed and ended by the operator."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from msgspec import structs
from starlette.requests import Request
from starlette.responses import Response

from app.commands import credentials
from app.commands.programs import OPERATOR_SOURCE
from app.commands.requests import Request as Configuring
from app.engine import typeids
from app.repositories import keys
from app.repositories.programs import Program
from app.routers import asking, auth
from app.routers.handles import handles
from app.routers.models_configuration import Key, KeyAsked, KeyList, NewKey
from app.routers.operations import OPERATOR, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.wire import cursor_of, moment

router = APIRouter(route_class=Plain)
TAG: Final = "Keys"
EXAMPLE: Final = {"source": "tills", "name": "Till server, District 1", "scopes": ["pos"]}
ProgramPath = Annotated[str, Path(description="The programme.", examples=["prg_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
KeyPath = Annotated[str, Path(description="The key.", examples=["key_01jkm3x8e4f5gr6h7s8t9v0w1x"])]


@router.post(
    "/v1/programs/{program}/keys",
    **operation(
        "create_key",
        TAG,
        "Make an API key",
        NewKey,
        auth=OPERATOR,
        problems=("program_not_found",),
        body=KeyAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_key(request: Request, program: ProgramPath) -> Response:
    """Only its digest is kept: whoever loses the key makes a new one."""
    found = await _program(request, program)
    asked = await asking.body(request, KeyAsked)
    configuring = Configuring(
        scope=found.id,
        source=OPERATOR_SOURCE,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )
    wanted = credentials.Wanted(source=asked.source, name=asked.name, scopes=tuple(dict.fromkeys(asked.scopes)))
    made = await credentials.create(handles(request).database, found, configuring, wanted)
    answer = NewKey(key=made.token, **structs.asdict(_key(made.key)))
    return answered(answer, 201, replayed=made.token is None)


@router.get(
    "/v1/programs/{program}/keys",
    **operation(
        "list_keys",
        TAG,
        "List the API keys of a programme",
        KeyList,
        auth=OPERATOR,
        problems=("program_not_found", "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_keys(request: Request, program: ProgramPath) -> Response:
    """Oldest first, ended ones included."""
    found = await _program(request, program)
    page = asking.page(request)
    after = asking.id_after(page, "key")
    async with handles(request).database.glancing() as reader:
        rows = await keys.page(reader, found.id, after=after, limit=page.limit + 1)
    data = [_key(key) for key in rows[: page.limit]]
    has_more = len(rows) > page.limit
    return answered(KeyList(data=data, has_more=has_more, next_cursor=cursor_of(data[-1].id) if has_more else None))


@router.delete(
    "/v1/programs/{program}/keys/{key}",
    **operation(
        "revoke_key", TAG, "End an API key", Key, auth=OPERATOR, problems=("program_not_found", "key_not_found")
    ),
)
async def revoke_key(request: Request, program: ProgramPath, key: KeyPath) -> Response:
    """It is refused within two seconds. What it did stays, and so does its source. Ending it again changes nothing."""
    found = await _program(request, program)
    key_id = typeids.decode("key", key)
    ended = None if key_id is None else await credentials.revoke(handles(request).database, found, key_id)
    if ended is None:
        raise Rejected("key_not_found")
    return answered(_key(ended))


async def _program(request: Request, reference: str) -> Program:
    auth.operator(request)
    program_id = typeids.decode("prg", reference)
    found = None if program_id is None else await handles(request).programs.of(program_id)
    if found is None:
        raise Rejected("program_not_found")
    return found


def _key(key: keys.Key) -> Key:
    return Key(
        id=typeids.encode("key", key.id),
        source=key.source,
        name=key.name,
        scopes=list(key.scopes),
        prefix=key.prefix,
        created_at=moment(key.created_at),
        revoked_at=None if key.revoked_at is None else moment(key.revoked_at),
    )
