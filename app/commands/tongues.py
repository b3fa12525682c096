"""The languages that Rung speaks, and what stands in for a text that one of them lacks."""

from collections.abc import Mapping
from typing import Final

DEFAULT: Final = "en"
FALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {"en": (), "vi": ("vi",), "ru": ("ru",), "kk": ("kk", "ru")}


def pick(titles: Mapping[str, str], language: str) -> str:
    """A merchant's own text: in this language, the nearest, English, or any there is."""
    for step in (*FALLBACKS.get(language, (language,)), DEFAULT):
        if step in titles:
            return titles[step]
    return next(iter(titles.values()), "")
