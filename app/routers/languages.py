"""Texts in the caller's language. English is the source; the others are the .po files in locales/.

Kazakh falls back to Russian, Russian and Vietnamese to English: text by text, so that one missing
translation never empties an answer. Texts avoid plural forms: numbers stand after a colon.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from app.commands.plainly import voice
from app.commands.tongues import DEFAULT, FALLBACKS, pick

__all__ = ["DEFAULT", "FALLBACKS", "negotiate", "pick", "preload", "supported", "text", "translations"]

LOCALES: Final = Path(__file__).parent / "locales"
HEADER_LENGTH_MAX: Final = 500


@cache
def translations(language: str) -> Mapping[str, str]:
    """English text → text in this language alone."""
    with (LOCALES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def preload() -> None:
    """Read every file now rather than with the first request that needs it."""
    for language in {step for chain in FALLBACKS.values() for step in chain}:
        translations(language)
        voice.sentences(language)
        voice.nouns(language)


def text(language: str, english: str, /, **values: int | str) -> str:
    """The text in this language or in the nearest that has it, with its values filled in."""
    return _nearest(language, english).format_map(values)


# Every answer to a till has a few sentences, always of the same texts.
@lru_cache(maxsize=4096)
def _nearest(language: str, english: str) -> str:
    for step in FALLBACKS.get(language, ()):
        found = translations(step).get(english)
        if found is not None:
            return found
    return english


def supported(language: str) -> str:
    """The language itself if texts exist in it (`vi-VN` counts as `vi`), else English."""
    primary = language.split("-", 1)[0].lower()
    return primary if primary in FALLBACKS else DEFAULT


@lru_cache(maxsize=512)
def negotiate(accept_language: str | None) -> str | None:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); None if it asks for none of them."""
    best: tuple[float, str] | None = None
    for item in (accept_language or "")[:HEADER_LENGTH_MAX].split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        primary = name.split("-", 1)[0].lower()
        quality = _quality(parameters)
        if primary in FALLBACKS and quality > 0 and (best is None or quality > best[0]):
            best = quality, primary
    return best[1] if best else None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(float(value), 1.0)
            except ValueError:
                return 0.0
    return 1.0
