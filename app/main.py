"""The composition root: reads the settings, makes everything once, and puts it together."""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from alembic.script import ScriptDirectory
from fastapi import APIRouter, FastAPI
from msgspec import Struct
from prometheus_client import Gauge
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.commands.reading import Reading
from app.commands.spoken import Spoken
from app.commands.timelines import Timelines
from app.repositories import posture
from app.repositories.database import Database, Interrupted
from app.routers import (
    accounts,
    activities,
    adjustments,
    approvals,
    backtests,
    batch,
    bench,
    cancellations,
    cards,
    claims,
    consents,
    correcting,
    documentation,
    drafts,
    draws,
    events,
    explanations,
    failures,
    health,
    holds,
    households,
    keys,
    languages,
    leaderboards,
    liability,
    lots,
    me,
    members,
    merges,
    openapi,
    people,
    programs,
    progress,
    purchases,
    redemptions,
    referral_reports,
    referrals,
    refunds,
    rewards,
    rulebooks,
    shadows,
    simulations,
    statements,
    tiers,
    totals,
    transfers,
    voids,
)
from app.routers.handles import Handles, Remembered
from app.routers.metrics import Metrics
from app.routers.middleware import Edge
from app.routers.tokens import MemberTokens
from app.settings import Settings
from app.workers import awaiting, backtester, counter, follower, keeper, sweeper
from app.workers.heartbeat import Heartbeat

MIGRATIONS: Final = Path(__file__).resolve().parents[1] / "migrations"
# Read once, when somebody first asks: the folder does not change while we run.
SCRIPTS: Final = ScriptDirectory(str(MIGRATIONS))
OPENAPI_FILE: Final = MIGRATIONS.parent / "openapi" / "openapi.json"
SILENCE_S_MAX: Final = 30.0
# What takes PostgreSQL longer than this will not be waited for: the caller is told to come again.
PATIENCE_S: Final = 10
# Routes are tried in this order: tills first.
ROUTERS: Final[tuple[APIRouter, ...]] = (
    purchases.router,
    claims.router,
    voids.router,
    cancellations.router,
    accounts.router,
    me.router,
    batch.router,
    redemptions.router,
    activities.router,
    progress.router,
    refunds.router,
    holds.router,
    rewards.router,
    adjustments.router,
    tiers.router,
    approvals.router,
    transfers.router,
    households.router,
    cards.router,
    consents.router,
    people.router,
    merges.router,
    members.router,
    statements.router,
    lots.router,
    totals.router,
    referrals.router,
    referral_reports.router,
    liability.router,
    explanations.router,
    draws.router,
    leaderboards.router,
    events.router,
    rulebooks.router,
    correcting.router,
    drafts.router,
    simulations.router,
    shadows.router,
    backtests.router,
    programs.router,
    keys.router,
    health.router,
    documentation.router,
)
# Each by its name, with what its age means.
WORKERS: Final[Mapping[str, tuple[Callable[..., Coroutine[Any, Any, None]], str]]] = {
    "sweeper": (sweeper.run, "Since the sweeper last came round."),
    "follower": (follower.run, "Since the follower last came round."),
    "counter": (counter.run, "Since the counter last came round."),
    "awaiting": (awaiting.run, "Since waiting refunds were last looked at."),
    "keeper": (keeper.run, "Since the keeper last came round."),
    "backtester": (backtester.run, "Since backtests were last looked for."),
}
# Those that take something up may be at it for longer than readiness would wait.
UNHURRIED: Final = frozenset({"keeper", "backtester"})


class UnsafeRole(Exception):
    """The service was given a database role that could rewrite history."""


class Service(FastAPI):
    """The framework without the layers that nothing here uses: dependencies with `yield`, forms, its own limits."""

    edge: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        """Our edge, then problems from exceptions, then the routes."""
        return self.edge(ExceptionMiddleware(self.router, handlers=self.exception_handlers))


class Parts(Struct, frozen=True, kw_only=True):
    """Everything that is made once a process."""

    database: Database
    lane_database: Database
    lanes: Lanes
    programs: Programs
    metrics: Metrics
    beats: Mapping[str, Heartbeat]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, as an ASGI server's factory. Without arguments it reads the environment."""
    settings = settings or Settings()
    _log_to_stderr(settings.log_level)
    database = Database(settings.database_url, connections=settings.read_connections, patience_s=PATIENCE_S)
    lane_database = Database(settings.database_url, connections=settings.lane_connections, patience_s=PATIENCE_S)
    timelines = Timelines()
    parts = Parts(
        database=database,
        lane_database=lane_database,
        lanes=Lanes(lane_database, timelines, lanes_per_program=settings.lanes, connections=settings.lane_connections),
        programs=Programs(database),
        metrics=Metrics(),
        beats={name: Heartbeat() for name in WORKERS},
    )
    app = _routed(parts)
    if settings.bench:
        app.router.routes[:0] = bench.router.routes
    app.state.handles = Handles(
        database=database,
        lanes=parts.lanes,
        programs=parts.programs,
        reading=Reading(database, timelines),
        spoken=Spoken(database),
        tokens=MemberTokens(settings.secret.get_secret_value().encode()),
        operator_token=settings.operator_token.get_secret_value(),
        metrics=parts.metrics,
        callers=Remembered(),
        visitors=Remembered(),
        readiness=_readiness(parts),
    )
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI file. Needs no settings and no database."""
    return openapi.build([route for router in ROUTERS for route in router.routes])


def _routed(parts: Parts) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with _running(parts):
            yield

    app = Service(
        title=openapi.TITLE,
        version=openapi.VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        exception_handlers=failures.HANDLERS,
    )
    app.edge = partial(Edge, metrics=parts.metrics)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.openapi = describe  # type: ignore[method-assign]
    for name, read in _gauges(parts):
        Gauge(*name, registry=parts.metrics.registry).set_function(read)
    return app


@asynccontextmanager
async def _running(parts: Parts) -> AsyncIterator[None]:
    """From the first connection to the last: workers run, and lanes finish what they have taken."""
    workers: list[asyncio.Task[None]] = []
    try:
        await _refuse_unsafe_role(parts.database)
        languages.preload()
        for name, (run, _) in WORKERS.items():
            work = run(parts.database, parts.lanes, parts.programs, parts.beats[name])
            workers.append(asyncio.create_task(work, name=name))
        # What was imported lives for ever: a collection need not walk it (docs/performance.md).
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        yield
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await parts.lanes.close()
        await parts.lane_database.close()
        await parts.database.close()


async def _refuse_unsafe_role(database: Database) -> None:
    async with database.glancing() as reader:
        found = await posture.posture(reader)
    if found.is_superuser or found.can_rewrite:
        raise UnsafeRole(
            f"The role {found.role} could rewrite the journal. Connect as rung_app, which may only add to it."
        )


def _readiness(parts: Parts) -> Callable[[], Any]:
    head = SCRIPTS.get_current_head()

    async def ready() -> Sequence[tuple[str, bool]]:
        revision, answers = None, False
        with contextlib.suppress(Interrupted):
            async with parts.database.glancing() as reader:
                revision = await posture.migration(reader)
                answers = True
        return (
            ("database", answers),
            ("migrations", revision == head),
            *((name, beat.age_s < SILENCE_S_MAX) for name, beat in parts.beats.items() if name not in UNHURRIED),
        )

    return ready


def _gauges(parts: Parts) -> Iterator[tuple[tuple[str, str], Callable[[], float]]]:
    yield ("rung_lane_waiting", "Commands that wait in the lanes."), lambda: parts.lanes.waiting
    for name, beat in parts.beats.items():
        yield (f"rung_{name}_age_seconds", WORKERS[name][1]), partial(getattr, beat, "age_s")


def _log_to_stderr(level: str) -> None:
    """One JSON object a line. Nothing personal is ever passed to it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def main() -> None:
    """`python -m app.main` writes openapi/openapi.json, which a test compares with the code."""
    OPENAPI_FILE.write_text(openapi.as_text(describe()), encoding="utf-8")


if __name__ == "__main__":
    main()
