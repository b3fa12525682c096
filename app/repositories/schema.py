"""The whole schema: every module of tables is imported here, so that whoever compares it with a database sees all."""

from app.repositories import (
    tables_backtests,
    tables_boards,
    tables_corrections,
    tables_drafts,
    tables_ledger,
    tables_lifecycle,
    tables_people,
    tables_shadows,
    tables_totals,
)
from app.repositories.tables import metadata

__all__ = [
    "metadata",
    "tables_backtests",
    "tables_boards",
    "tables_corrections",
    "tables_drafts",
    "tables_ledger",
    "tables_lifecycle",
    "tables_people",
    "tables_shadows",
    "tables_totals",
]
