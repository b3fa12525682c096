"""What the check refuses of surprises, wheels and leaderboards."""

from typing import Any

from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.rulebook.build import Json, bonus, document, told

CHANCE: Json = {"id": "a", "title": {"en": "A"}, "weight": 1, "prize": {"points": 5}}


def faults(**parts: Any) -> list[tuple[str, str]]:
    return told(check(document({"id": "r", "effect": bonus(1)}) | parts, None))


def surprise(**parts: Any) -> Json:
    return {"id": "s", "title": {"en": "S"}, "prizes": [CHANCE], "nothing_weight": 1, **parts}


def test_surprises_name_what_there_is() -> None:
    prizes = [
        CHANCE,
        CHANCE,
        CHANCE | {"id": "b", "prize": {"badge": "x", "gift": "y", "points": 1, "wallet": "z"}},
        CHANCE | {"id": "c"},
    ]
    prizes[3] = prizes[3] | {"prize": {}}
    assert faults(surprises=[surprise(), surprise(on="review", prizes=prizes)]) == [
        ("/surprises/1/id", "duplicate_id"),
        ("/surprises/1/on", "unknown_activity"),
        ("/surprises/1/prizes/1/id", "duplicate_id"),
        ("/surprises/1/prizes/2/prize/wallet", "unknown_wallet"),
        ("/surprises/1/prizes/2/prize/badge", "unknown_badge"),
        ("/surprises/1/prizes/2/prize/gift", "unknown_reward"),
        ("/surprises/1/prizes/3/prize", "no_effect"),
    ]


def test_surprises_that_never_come_or_never_give_are_refused() -> None:
    found = surprise(
        valid_from="2026-02-01",
        valid_until="2026-01-31",
        when={"kind": "tier", "any_of": ["nobody"]},
        items={},
        budget_points=4,
    )
    assert faults(surprises=[found]) == [
        ("/surprises/0/valid_until", "empty_period"),
        ("/surprises/0/when/any_of/0", "unknown_tier"),
        ("/surprises/0/items", "empty_filter"),
        ("/surprises/0/budget_points", "cap_too_low"),
    ]


def test_weights_are_whole_and_a_wheel_has_its_prizes() -> None:
    wheel = {"id": "w", "title": {"en": "W"}, "kind": "wheel", "cost_points": 1}
    item = wheel | {"id": "i", "kind": "item", "odds": {"prizes": [CHANCE]}}
    assert faults(rewards=[wheel, item]) == [
        ("/rewards/0/odds", "required"),
        ("/rewards/1/odds", "not_for_this_kind"),
    ]
    assert faults(surprises=[surprise(prizes=[CHANCE | {"weight": 0}])]) == [
        ("/surprises/0/prizes/0/weight", "too_small")
    ]
    assert faults(surprises=[surprise(prizes=[])]) == [("/surprises/0/prizes", "too_short")]


def test_a_sound_surprise_is_accepted() -> None:
    accepted = check(document({"id": "r", "effect": bonus(1)}) | {"surprises": [surprise()]}, None)
    assert isinstance(accepted, Rulebook)


def board(**parts: Any) -> Json:
    return {"id": "b", "title": {"en": "B"}, "measure": {"kind": "count"}, "period": "month", **parts}


def test_leaderboards_name_what_there_is_and_show_nothing_personal() -> None:
    attributes = [
        {"id": "office", "title": {"en": "Office"}, "kind": "text"},
        {"id": "faith", "title": {"en": "Faith"}, "kind": "text", "personal": True},
    ]
    boards = [
        board(),
        board(measure={"kind": "count", "of": "review"}),
        board(id="c", team="office"),
        board(id="d", group="team"),
        board(id="e", group="team", team="faith"),
        board(id="f", group="team", team="school"),
        board(id="g", group="team", team="office"),
    ]
    assert faults(leaderboards=boards, attributes=attributes) == [
        ("/leaderboards/1/id", "duplicate_id"),
        ("/leaderboards/1/measure/of", "unknown_activity"),
        ("/leaderboards/2/team", "contradiction"),
        ("/leaderboards/3/team", "contradiction"),
        ("/leaderboards/4/team", "personal_attribute"),
        ("/leaderboards/5/team", "unknown_attribute"),
    ]
    assert faults(leaderboards=[board(measure={"kind": "distinct", "what": "stores"})]) == [
        ("/leaderboards/0/measure/kind", "unknown_value")
    ]


def test_badges_have_ids_of_their_own() -> None:
    badge = {"id": "early", "title": {"en": "Early bird"}}
    assert faults(badges=[badge, badge]) == [("/badges/1/id", "duplicate_id")]
