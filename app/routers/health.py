"""For machines that watch: alive, ready, metrics; and the public key of member tokens."""

import contextlib
import json
from typing import Final

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.repositories import posture
from app.repositories.database import Interrupted
from app.routers.handles import handles
from app.routers.operations import Plain, answered, operation
from app.routers.wire import Answer

router = APIRouter(route_class=Plain)
TAG: Final = "Health"


class Alive(Answer):
    """The process answers."""

    status: str = Field(description="alive", examples=["alive"])


class Check(Answer):
    """One thing that must be right before requests are sent here."""

    name: str = Field(
        description="database, migrations, sweeper or follower; more may be added.", examples=["database"]
    )
    ok: bool = Field(description="True if it is right.", examples=[True])


class Ready(Answer):
    """Whether requests should be sent here."""

    ready: bool = Field(description="True if every check is right.", examples=[True])
    checks: list[Check] = Field(description="The checks.")


class PublicKey(Answer):
    """A public key (RFC 7517, RFC 8037)."""

    kty: str = Field(description="OKP", examples=["OKP"])
    crv: str = Field(description="Ed25519", examples=["Ed25519"])
    use: str = Field(description="sig", examples=["sig"])
    alg: str = Field(description="EdDSA", examples=["EdDSA"])
    kid: str = Field(description="The thumbprint (RFC 7638).", examples=["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"])
    x: str = Field(description="The key.", examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])


class KeySet(Answer):
    """The keys that check member tokens."""

    keys: list[PublicKey] = Field(description="The keys.")


@router.get("/livez", **operation("get_liveness", TAG, "Is the process alive?", Alive, auth=None, problems=()))
async def get_liveness(request: Request) -> Response:
    """Touches nothing."""
    del request
    return answered(Alive(status="alive"))


@router.get(
    "/readyz",
    **operation(
        "get_readiness",
        TAG,
        "Should requests be sent here?",
        Ready,
        auth=None,
        problems=(),
        more_responses={503: {"model": Ready, "description": "Not now; `checks` says why."}},
    ),
)
async def get_readiness(request: Request) -> Response:
    """The database answers, its schema is the code's, and the workers come round."""
    checks = await handles(request).readiness()
    ready = all(ok for _, ok in checks)
    body = Ready(ready=ready, checks=[Check(name=name, ok=ok) for name, ok in checks])
    return answered(body, 200 if ready else 503)


@router.get(
    "/metrics",
    **operation(
        "get_metrics",
        TAG,
        "Metrics for Prometheus",
        None,
        auth=None,
        problems=(),
        more_responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    ),
    response_class=Response,
)
async def get_metrics(request: Request) -> Response:
    """In the text format of Prometheus."""
    kept = handles(request)
    with contextlib.suppress(Interrupted):
        async with kept.database.glancing() as reader:
            kept.metrics.journal_rows.set(await posture.journal_rows(reader))
    return Response(generate_latest(kept.metrics.registry), headers={"content-type": CONTENT_TYPE_LATEST})


@router.get(
    "/.well-known/jwks.json",
    **operation("get_jwks", TAG, "The public keys of member tokens", KeySet, auth=None, problems=()),
)
async def get_jwks(request: Request) -> Response:
    """For services of yours that want to check member tokens themselves."""
    body = json.dumps(handles(request).tokens.jwks)
    return Response(body, media_type="application/json", headers={"cache-control": "public, max-age=3600"})
