"""Tables as CSV (RFC 4180), for whoever reads them with a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from app.routers.operations import REF
from app.routers.queries import CSV
from app.routers.wire import Answer

Cell = int | str | None
# The mark by which spreadsheets know UTF-8: the answer's header is lost when it is saved.
MARK: Final = "\ufeff"
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _written(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as text. A text that could be a formula gets an apostrophe before it; numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return text.getvalue()


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}.csv"'}


def table(name: str, rows: Iterable[Sequence[Cell]]) -> Response:
    """A whole table as an answer. With other letters than ASCII it has the mark, or spreadsheets guess them wrong."""
    text = _written(rows)
    return Response(
        text if text.isascii() else f"{MARK}{text}", media_type=f"{CSV}; charset=utf-8", headers=_headers(name)
    )


def streamed(name: str, portions: AsyncIterator[Sequence[Sequence[Cell]]]) -> Response:
    """A table that is read while it is sent."""

    async def body() -> AsyncIterator[str]:
        async for portion in portions:
            yield _written(portion)

    return StreamingResponse(body(), media_type=f"{CSV}; charset=utf-8", headers=_headers(name))


def either(answer: type[Answer]) -> dict[int | str, dict[str, Any]]:
    """How an answer that may be JSON or a table is described."""
    content = {
        "application/json": {"schema": {"$ref": REF + answer.__name__}},
        CSV: {"schema": {"type": "string"}},
    }
    return {200: {"description": "Done.", "content": content}}
