"""One language: its sentences, its numbers, its plurals, its dates and its money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date, get_day_names, get_month_names
from babel.lists import format_list
from babel.messages import Message
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent, parse_pattern

from app.commands.plainly.phrases import CONDITIONS, NOUNS, TERMS
from app.commands.tongues import DEFAULT, FALLBACKS, pick
from app.engine.rulebook.conditions import WEEKDAYS, Weekday

LOCALES: Final = Path(__file__).parent / "locales"
# ISO 4217: the decimals of the currencies that have not two. CLDR's are other ones: what is in use.
_DECIMALS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# The forms of a .po file stand in this order; a language that has fewer ends with its last.
_NUMBERS: Final = ("one", "few", "many", "other")


@cache
def sentences(language: str) -> Mapping[str, str]:
    """English sentence → sentence in this language."""
    return {
        message.id: str(message.string)
        for message in _catalogue(language)
        if isinstance(message.id, str) and message.id
    }


@cache
def nouns(language: str) -> Mapping[str, tuple[str, ...]]:
    """English singular → the forms of this language."""
    return {
        message.id[0]: tuple(message.string or ()) for message in _catalogue(language) if isinstance(message.id, tuple)
    }


@cache
def _catalogue(language: str) -> tuple[Message, ...]:
    with (LOCALES / f"{language}.po").open("rb") as file:
        return tuple(read_po(file, locale=language))


@cache
def _locale(language: str) -> Locale:
    """Babel would find its way from the name to this for every single number."""
    return Locale(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who tells: in one of our languages, and with the programme's currency if it is known."""

    language: str
    currency: str | None = None

    def __post_init__(self) -> None:
        assert self.language in FALLBACKS, "no language of ours"

    def say(self, phrase: str, **values: str) -> str:
        """A sentence of phrases.py, with its values."""
        told = phrase if self.language == DEFAULT else sentences(self.language)[phrase]
        return told.format_map(values)

    def number(self, value: int | Decimal) -> str:
        """A number, written as people write it here."""
        return format_decimal(value, locale=_locale(self.language), decimal_quantization=False)

    def count(self, noun: str, value: int) -> str:
        """A number with its noun."""
        forms = NOUNS[noun] if self.language == DEFAULT else nouns(self.language)[NOUNS[noun][0]]
        place = _NUMBERS.index(_locale(self.language).plural_form(value))
        return forms[min(place, len(forms) - 1)].format(count=self.number(value))

    def points(self, value: int) -> str:
        """So many points."""
        return self.count("point", value)

    def days(self, value: int) -> str:
        """So many days."""
        return self.count("day", value)

    def duration(self, minutes: int) -> str:
        """So many minutes, in the largest unit that leaves nothing over."""
        if minutes % 1440 == 0:
            return self.count("day", minutes // 1440)
        if minutes % 60 == 0:
            return self.count("hour", minutes // 60)
        return self.count("minute", minutes)

    def money(self, minor: int) -> str:
        """Money in its currency; where that is unknown, the smallest unit is named as such."""
        if self.currency is None:
            return self.say(TERMS["smallest_unit"], number=self.number(minor))
        decimals = _DECIMALS.get(self.currency, 2)
        amount = Decimal(minor).scaleb(-decimals)
        shown = 0 if amount == amount.to_integral_value() else decimals
        pattern = parse_pattern(_locale(self.language).currency_formats["standard"].pattern)
        pattern.frac_prec = (shown, shown)
        written: str = pattern.apply(amount, _locale(self.language), currency=self.currency, currency_digits=False)
        return written

    def percent(self, value: int) -> str:
        """So many per cent."""
        return format_percent(Decimal(value) / 100, locale=self.language)

    def factor(self, numerator: int, denominator: int) -> str:
        """A factor as a decimal number where that is exact, else as a fraction."""
        exact = Fraction(numerator, denominator)
        decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
        if Fraction(decimal) == exact:
            return self.number(decimal)
        return f"{self.number(exact.numerator)}/{self.number(exact.denominator)}"

    def day(self, day: date) -> str:
        """A date, with its month in words."""
        return format_date(day, "long", locale=self.language)

    def weekday(self, day: Weekday) -> str:
        """The name of a day of the week."""
        name: str = get_day_names("wide", "stand-alone", self.language)[WEEKDAYS.index(day)]
        return name

    def month(self, month: int) -> str:
        """The name of a month."""
        name: str = get_month_names("wide", "stand-alone", self.language)[month]
        return name

    def title(self, titles: Mapping[str, str]) -> str:
        """A merchant's own text in the nearest language."""
        return pick(titles, self.language)

    def quoted(self, texts: Iterable[str], style: Literal["standard", "or"]) -> str:
        """A list of names or codes, each in quotation marks."""
        return self.listed([self.say(CONDITIONS["quoted"], text=text) for text in texts], style)

    def listed(self, texts: Iterable[str], style: Literal["standard", "or"]) -> str:
        """One, another and a third; or one, another or a third."""
        return format_list(list(texts), style=style, locale=self.language)
