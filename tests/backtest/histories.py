"""Histories in a real database, and backtests of them in processes of their own."""

from app.commands.backtest import run as backtest
from app.commands.backtest.jobs import Job
from app.commands.backtest.run import Done
from app.engine.rulebook.document import Rulebook
from tests.commands.shops import Shop


def silent(done: int, of: int) -> None:
    """Progress that nobody follows."""
    assert 0 <= done <= of


async def backtested(url: str, shop: Shop, document: Rulebook | None, from_us: int | None = None) -> Done:
    """The programme's history under a document; None: under the rulebooks as they were."""
    text = None if document is None else document.model_dump_json(by_alias=True)
    return await backtest.run(url, Job(program_id=shop.program.id, document=text, from_us=from_us), silent)
