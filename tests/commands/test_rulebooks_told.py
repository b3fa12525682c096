"""Rulebooks in plain sentences: nothing left out, nothing untranslated, numbers and money as people write them."""

import json
from string import Formatter
from typing import Any

import pytest
from hypothesis import given

from app.cli.home import PROJECT
from app.commands.plainly.explain import explain
from app.commands.plainly.phrases import NOUNS, PHRASES
from app.commands.plainly.voice import Voice, nouns, sentences
from app.commands.tongues import FALLBACKS
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.examples import examples
from tests.engine.rulebook.drawing import detailed_rulebooks
from tests.engine.strategies import rulebooks

HAPPY_HOUR = (
    "It applies if (the day is Monday, Tuesday, Wednesday, Thursday, or Friday) "
    "and (the time is 14:00 or later, and before 17:00)."
)
TRANSLATED = ("vi", "ru", "kk")
CAFE = json.loads((PROJECT / "examples" / "cafe.rulebook.json").read_text(encoding="utf-8"))


def told(language: str = "en", **parts: Any) -> list[tuple[str, tuple[str, ...]]]:
    """The headings and sentences of the café with some parts of its own."""
    document = check({**CAFE, **parts}, None)
    assert isinstance(document, Rulebook), document
    return [(block.heading, block.sentences) for block in explain(document, Voice(language=language, currency="VND"))]


def rule(**parts: Any) -> list[str]:
    """The sentences of a single bonus with some parts of its own, but for the last, which is about refunds."""
    one = {"id": "one", "effect": {"kind": "bonus", "points": 1}, **parts}
    return list(dict(told(earning={"rules": [one]}))["Rule one"])[:-1]


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    assert set(sentences(language)) == PHRASES
    assert set(nouns(language)) == {one for one, _ in NOUNS.values()}


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_name_the_same_values(language: str) -> None:
    for english, translated in sentences(language).items():
        # “One quarter after” is “the first quarter after” where people count so.
        same = {"number": "periods"} if "periods" in values(english) else {}
        assert {same.get(name, name) for name in values(translated)} == values(english), english
    assert all(values(form) == {"count"} for forms in nouns(language).values() for form in forms)


@pytest.mark.parametrize("language", FALLBACKS)
@examples(5)
@given(document=rulebooks())
def test_every_rulebook_can_be_told(language: str, document: Rulebook) -> None:
    blocks = explain(document, Voice(language=language))
    assert {rule.id for rule in document.earning.rules} <= {block.id for block in blocks}
    for block in blocks:
        assert len({said.aspect for said in block.said}) == len(block.said)
        assert all(said.text and "{" not in said.text for said in block.said)


@examples(10)
@given(document=detailed_rulebooks())
def test_rules_that_pay_into_wallets_can_be_told(document: Rulebook) -> None:
    assert all(block.sentences for block in explain(document, Voice(language="vi", currency="KZT"))[1:])


def test_the_cafe_is_told_as_its_owner_would_say_it() -> None:
    found = dict(told())
    assert found["Rule “1 point for every 1 000 ₫” (base)"] == (
        "It gives 1 point for every ₫1,000.",
        "What counts is the price after discounts.",
        "Tax counts, too.",
        "What is paid with points earns nothing.",
        "What is paid with gift cards earns, too.",
        "A fraction of a point is dropped.",
        "The whole purchase is rounded once.",
        "When goods come back, the points stay that the rest would have earned.",
    )
    assert found["Rule “Happy hour, 14:00 to 17:00: 10 points” (happy-hour)"][:2] == (
        "It gives 10 points on top, once per purchase.",
        HAPPY_HOUR,
    )
    assert found["Tier “Gold” (vang)"] == ("It is reached with 2,000 points.",)
    assert found["The main wallet"][:3] == (
        "The points are good for 12 months.",
        "The points can be spent at once.",
        "₫10,000 off the price costs 100 points.",
    )
    assert found["Reward “A mug of the house” (mug)"] == (
        "It costs 500 points.",
        "The member gets the thing itself.",
        "In stock: 40.",
        "At most for one member: 1.",
    )


@pytest.mark.parametrize(
    ("language", "heading", "sentence"),
    [
        ("vi", "Quy tắc “Nhân đôi điểm thứ Ba” (double-tuesday)", "Áp dụng nếu ngày mua là Thứ Ba."),
        ("ru", "Правило «Double points on Tuesdays» (double-tuesday)", "Действует, если день недели — вторник."),
        (
            "kk",
            "«Double points on Tuesdays» ережесі (double-tuesday)",
            "Мына жағдайда қолданылады: апта күні – сейсенбі.",
        ),
    ],
)
def test_the_cafe_is_told_in_every_language(language: str, heading: str, sentence: str) -> None:
    assert dict(told(language))[heading][1] == sentence


def test_rules_are_told_in_the_order_in_which_they_take_turns() -> None:
    rules = CAFE["earning"]["rules"]
    assert told() == told(earning={"rules": rules[::-1]})
    headings = [heading for heading, _ in told() if heading.startswith("Rule “")]
    assert [heading.rsplit(" ", 1)[1] for heading in headings] == [
        "(base)",
        "(double-tuesday)",
        "(gold)",
        "(cake)",
        "(happy-hour)",
    ]


BIG_AND_GOLD_OR_WORKDAY = (
    "It applies if (the purchase costs ₫200,000 or more and the tier of the member is “Gold”) "
    "or (the day is not Saturday or Sunday)."
)
STORE = {"kind": "store", "any_of": ["D3", "D1"]}
BIG = {"kind": "amount", "at_least_minor": 200000}
NIGHT = {"kind": "time_of_day", "from": "22:00", "until": "02:00"}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (STORE, "It applies if the purchase is made in the store “D1” or “D3”."),
        (NIGHT, "It applies if the time is 22:00 or later, or, after midnight, before 02:00."),
        ({"kind": "not", "condition": NIGHT}, "It applies if the time is 02:00 or later, and before 22:00."),
        ({"kind": "not", "condition": BIG}, "It applies if the purchase costs less than ₫200,000."),
        (
            {"kind": "not", "condition": {"kind": "all", "conditions": [BIG, {"kind": "not", "condition": STORE}]}},
            "It applies if the purchase costs less than ₫200,000 or (the purchase is made in the store “D1” or “D3”).",
        ),
        (
            {"kind": "all", "conditions": [{"kind": "all", "conditions": [BIG]}, BIG]},
            "It applies if the purchase costs ₫200,000 or more.",
        ),
        (
            {
                "kind": "any",
                "conditions": [
                    {"kind": "all", "conditions": [BIG, {"kind": "tier", "any_of": ["vang"]}]},
                    {"kind": "not", "condition": {"kind": "weekday", "any_of": ["sun", "sat"]}},
                ],
            },
            BIG_AND_GOLD_OR_WORKDAY,
        ),
    ],
)
def test_conditions_are_one_sentence(condition: dict[str, Any], sentence: str) -> None:
    assert rule(when=condition)[1] == sentence


def test_filters_dates_and_limits_are_told() -> None:
    assert rule(
        effect={"kind": "multiply", "by": {"numerator": 4, "denominator": 3}},
        items={"categories": ["fish"], "skus": ["oyster"], "except_skus": ["caviar"]},
        valid_from="2026-02-18",
        valid_until="2026-04-02",
        cap={"points": 1, "per": "transaction"},
        priority=-5,
    ) == [
        "It multiplies the points for money by 4/3.",
        "It adds at most per purchase: 1 point.",
        "It is about goods of these categories: “fish”; and about these articles: “oyster”.",
        "Except these articles: “caviar”.",
        "It is there from February 18, 2026 until April 2, 2026, both days included.",
        "When goods come back, the points stay that the rest would have earned.",
    ]


@pytest.mark.parametrize(
    ("expiry", "sentence"),
    [
        ({"kind": "rolling_days", "days": 1}, "Баллы действуют 1 день."),
        ({"kind": "rolling", "months": 3}, "Баллы действуют 3 месяца."),
        ({"kind": "rolling", "months": 21}, "Баллы действуют 21 месяц."),
        (
            {"kind": "end_of_period", "period": "quarter", "periods": 0},
            "Баллы действуют до конца квартала, в котором они начислены.",
        ),
        (
            {"kind": "end_of_period", "period": "year", "periods": 5},
            "Баллы действуют до конца года, который наступит через 5 лет после года начисления.",
        ),
        ({"kind": "inactivity", "days": 90}, "Баллы сгорают одновременно, если ничего не происходит 90 дней."),
    ],
)
def test_russian_counts_as_russians_do(expiry: dict[str, Any], sentence: str) -> None:
    assert dict(told("ru", expiry=expiry))["Основной кошелёк"][0] == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The points are good through March 31, 2027, those earned later through that day of the next year."),
        ("vi", "Điểm có hạn đến hết ngày: 31 tháng 3, 2027. Điểm tích sau đó có hạn đến đúng ngày ấy của năm kế tiếp."),
    ],
)
def test_dates_have_their_month_in_words(language: str, sentence: str) -> None:
    found = told(language, expiry={"kind": "fixed_date", "date": "2027-03-31"})
    assert sentence in {each for _, sentences in found for each in sentences}


def test_the_only_wallet_goes_without_saying() -> None:
    assert "The points go into the main wallet." not in rule()
    stamps = [{"id": "stamps", "title": {"en": "Stamps"}}]
    both = [{"id": name, "effect": {"kind": "bonus", "points": 1}, "wallet": name} for name in ("points", "stamps")]
    found = dict(told(wallets=stamps, earning={"rules": both}))
    assert found["Rule points"][1] == "The points go into the main wallet."
    assert found["Rule stamps"][1] == "The points go into the wallet “Stamps”."


@pytest.mark.parametrize(
    ("language", "currency", "minor", "written"),
    [
        ("en", "VND", 10000, "₫10,000"),
        ("vi", "VND", 10000, "10.000\xa0₫"),
        ("kk", "KZT", 10050, "100,50\xa0₸"),
        ("ru", "RUB", 10000, "100\xa0₽"),
        ("en", "KWD", 1500, "KWD1.500"),
        ("en", None, 1500, "1,500 (in the smallest unit of the currency)"),
    ],
)
def test_money_is_written_in_its_currency(language: str, currency: str | None, minor: int, written: str) -> None:
    assert Voice(language=language, currency=currency).money(minor) == written


@pytest.mark.parametrize(
    ("minutes", "duration"),
    [(1, "1 minute"), (90, "90 minutes"), (120, "2 hours"), (1440, "1 day"), (2881, "2,881 minutes")],
)
def test_durations_are_in_the_largest_unit_that_fits(minutes: int, duration: str) -> None:
    assert Voice(language="en").duration(minutes) == duration
