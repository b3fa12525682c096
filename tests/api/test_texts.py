"""Texts: every language has what it must have, with the same values in the same sentence."""

from string import Formatter

import pytest

from app.engine.outcomes import Purchased
from app.routers import languages
from app.routers.catalogue import FAULTS, KINDS, WARNINGS
from app.routers.phrases import ASSUMED, PHRASES
from app.routers.render import SENTENCES

TEXTS = {
    *(kind.title for kind in KINDS.values()),
    *(kind.detail for kind in KINDS.values()),
    *FAULTS.values(),
    *WARNINGS.values(),
    *SENTENCES.values(),
    *PHRASES,
    *ASSUMED,
}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["vi", "ru"])
def test_vietnamese_and_russian_are_complete(language: str) -> None:
    assert TEXTS - set(languages.translations(language)) == set()


@pytest.mark.parametrize("language", ["vi", "ru", "kk"])
def test_translations_are_of_texts_that_exist_and_name_the_same_values(language: str) -> None:
    for english, translated in languages.translations(language).items():
        assert english in TEXTS
        assert names(english) == names(translated), english


def test_kazakh_falls_back_to_russian_and_everything_to_english() -> None:
    missing = next(text for text in TEXTS if text not in languages.translations("kk") and not names(text))
    assert languages.text("kk", missing) == languages.translations("ru")[missing]
    assert languages.text("fr", missing) == missing
    assert languages.text("ru", "Not in the file.") == "Not in the file."


def test_kazakh_has_what_cashiers_read() -> None:
    own = languages.translations("kk")
    assert set(SENTENCES.values()) <= set(own)
    assert set(WARNINGS.values()) <= set(own)
    assert set(own) >= PHRASES
    assert KINDS["insufficient_points"].detail in own


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, None),
        ("", None),
        ("fr", None),
        ("*", None),
        ("vi", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr, ru;q=0.5, kk;q=0.7", "kk"),
        ("en;q=0, ru;q=0.1", "ru"),
        ("ru;q=nonsense, en;q=0.1", "en"),
        (";;;,,,=q=", None),
        ("x" * 10_000 + ",vi", None),
    ],
)
def test_languages_are_negotiated(header: str | None, language: str | None) -> None:
    assert languages.negotiate(header) == language


def test_merchants_texts_fall_back_too() -> None:
    assert languages.pick({"ru": "Золото", "en": "Gold"}, "kk") == "Золото"
    assert languages.pick({"en": "Gold", "de": "Gold!"}, "vi") == "Gold"
    assert languages.pick({"de": "Gold!"}, "vi") == "Gold!"


def test_every_warning_of_the_engine_has_words() -> None:
    assert "warnings" in Purchased.__struct_fields__
    assert "clock_skew" in WARNINGS
