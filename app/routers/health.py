"""For machines that watch: alive, ready, metrics; and the public key of member tokens."""

import contextlib
import json
from typing import Final

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from app.repositories import posture
from app.repositories.database import Interrupted
from app.routers.handles import handles
from app.routers.models_health import Alive, Check, KeySet, Ready
from app.routers.operations import Plain, answered, operation, successes

router = APIRouter(route_class=Plain)
TAG: Final = "Health"


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
        more_responses=successes(503, Ready, "Not now; `checks` says why."),
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
