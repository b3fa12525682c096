"""The engine's release: which decisions this code makes."""

from typing import Final

# Raised whenever decide would answer differently for some command, state and context: a rule of
# arithmetic, an order, a new time-zone database. Audit decides again only the rows of this release.
ENGINE_RELEASE: Final = 4

# The time-zone data that this release decides with. tests/engine/test_release.py compares it.
TZDATA_RELEASE: Final = "2026.6"
