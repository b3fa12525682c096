"""The backtester: carries out backtests one at a time, in processes of their own, so that nobody here waits for one."""

import asyncio
from typing import Final

import structlog

from app.commands.backtest.kept import carry_out
from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.repositories.database import Database
from app.workers.heartbeat import Heartbeat

PERIOD_S: Final = 1.0

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Look for backtests for ever. An error ends the round, not the worker."""
    del lanes
    while True:
        work = asyncio.create_task(carry_out(database, programs))
        found = False
        try:
            while not (await asyncio.wait({work}, timeout=PERIOD_S))[0]:
                heartbeat.beat()
            found = work.result()
            heartbeat.beat()
        except Exception:
            log.exception("backtesting failed")
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        if not found:
            await asyncio.sleep(PERIOD_S)
