"""Word that is given ahead: of a tier at risk, of a visit that is overdue (semantics 24, architecture: time)."""

from typing import Any

import pytest

from app.engine.birthdays import TellBirthday
from app.engine.commands import Block, Enrol, LetTimePass, MergeOut, TierGrant, Unblock
from app.engine.ids import claimed_account
from app.engine.movements import Notice
from app.engine.outcomes import TimePassed
from app.engine.state import Account, Ever, State
from tests.engine.builders import Member, instant, rulebook, tiers, timeline
from tests.engine.neighbours import Neighbours
from tests.engine.test_tier_terms import enough, ladder

# A month's points decide, and a level is kept for two; word is given ten days before its review.
SOON: dict[str, Any] = {**tiers(100, 300, window=1, review=2), "notice_days": 10}


WINE: dict[str, Any] = {"id": "wine", "title": {"en": "Wine"}, **SOON, **ladder(enough("visits", 1))}


def at_risk(at: str, on: str, tier: str, *amounts: int, name: str = "") -> Notice:
    return Notice(
        kind="tier_at_risk",
        at_us=instant(at),
        wallet="",
        points=0,
        on_us=instant(on),
        ladder=name,
        tier=tier,
        amounts=amounts,
    )


def overdue(at: str, on: str) -> Notice:
    return Notice(kind="visit_overdue", at_us=instant(at), wallet="", points=0, on_us=instant(on))


def told(member: Member) -> list[Notice]:
    return [notice for change in member.changes for notice in change.notices]


def test_a_tier_at_risk_is_told_so_many_days_before_its_review_with_what_its_window_has() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(350)
    member.at("2026-02-20 09:00").buys(40)
    assert member.account.review_us == instant("2026-03-11")
    # The review will look at the month up to its day: of January nothing counts any more.
    assert member.waits("2026-02-28 00:00").notices == (at_risk("2026-02-28", "2026-03-11", "gold", 40),)


def test_word_is_given_at_its_own_instant_however_late_somebody_looks_and_once() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(350)
    member.at("2026-03-05 09:00").buys(10)
    member.waits("2026-03-06 09:00")
    member.waits("2026-03-10 23:59")
    assert told(member) == [at_risk("2026-02-28", "2026-03-11", "gold", 0)]


def test_nobody_is_told_who_would_keep_the_level() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(350)
    member.at("2026-02-20 09:00").buys(300)
    member.waits("2026-03-10")
    assert told(member) == []


def test_what_is_bought_just_before_the_word_counts_and_what_comes_after_it_does_not() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(120)
    member.at("2026-02-27 23:59").buys(99)
    member.at("2026-02-28 00:00").buys(1)
    assert told(member) == [at_risk("2026-02-28", "2026-03-11", "silver", 99)]
    member.waits("2026-03-11")
    assert member.account.tier == "silver"


def test_a_level_that_was_kept_is_told_of_again_before_its_next_review() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(120)
    member.at("2026-02-15 09:00").buys(120)
    member.waits("2026-06-01")
    assert told(member) == [at_risk("2026-04-30", "2026-05-11", "silver", 0)]


@pytest.mark.parametrize("demotion", ["to_qualified", "one_step"])
def test_levels_that_are_never_lost_are_never_at_risk(demotion: str) -> None:
    for terms in ({"demotion": "never"}, {"levels": [{**level, "forever": True} for level in SOON["levels"][1:]]}):
        levels = [SOON["levels"][0], *terms.get("levels", SOON["levels"][1:])]
        member = Member(rulebook(tiers={**SOON, "demotion": demotion, **terms, "levels": levels}))
        member.buys(350)
        member.waits("2027-01-01")
        assert told(member) == []


def test_a_level_that_somebody_was_given_for_longer_is_not_at_risk_until_that_ends() -> None:
    member = Member(rulebook(tiers=SOON))
    member.buys(350)
    member.must(TierGrant(tier="gold", reason="vip", until_us=instant("2026-05-01")))
    member.waits("2026-04-01")
    assert told(member) == []
    member.waits("2026-06-01")
    assert told(member) == [at_risk("2026-04-20", "2026-05-01", "gold", 0)]


def test_whoever_would_be_kept_by_grace_is_told_and_told_again_before_the_grace_is_over() -> None:
    member = Member(rulebook(tiers={**SOON, "grace_days": 20}))
    member.buys(120)
    member.at("2026-03-11 09:00").buys(30)
    member.waits("2026-04-01")
    assert [move.reason for move in member.state.tier_moves] == ["promotion", "grace", "review_demotion"]
    # The window of the review goes on through the grace.
    assert told(member) == [
        at_risk("2026-02-28", "2026-03-11", "silver", 0),
        at_risk("2026-03-20", "2026-03-31", "silver", 30),
    ]


def test_every_set_gives_word_of_its_own_metrics() -> None:
    needs = {"kind": "all", "needs": [enough("visits", 2), enough("spend", 50)]}
    wine = ladder(needs, window={"kind": "calendar", "period": "month"}, notice_days=7)
    member = Member(rulebook(tier_sets=[{"id": "wine", "title": {"en": "Wine"}, **wine}]))
    member.buys(30)
    member.buys(30)
    member.at("2026-02-05 09:00").buys(20)
    member.waits("2026-02-28 23:00")
    assert told(member) == [at_risk("2026-02-21", "2026-03-01", "silver", 1, 20, name="wine")]


def test_the_version_in_force_when_a_level_was_reached_says_when_word_is_given() -> None:
    silent = rulebook(tiers=tiers(100, 300, window=1, review=2))
    changing = timeline((0, silent), (instant("2026-01-20"), rulebook(tiers=SOON)))
    before, after = Member(published=changing), Member(published=changing, start="2026-01-20 09:00")
    for member in (before, after):
        member.buys(120)
        member.waits("2026-03-09")
    assert told(before) == told(after) == []
    after.waits("2026-03-20")
    assert told(after) == [at_risk("2026-03-10", "2026-03-21", "silver", 0)]


SILENT: dict[str, Any] = {"tiers": {**SOON, "notice_days": 0}}


@pytest.mark.parametrize(
    ("later", "heard"),
    [
        (SILENT, []),
        ({**SILENT, "visit_overdue_days": 300}, ["visit_overdue"]),
        ({"tiers": SOON}, ["tier_at_risk"]),
        ({"tiers": SOON, "visit_overdue_days": 300}, ["visit_overdue", "tier_at_risk"]),
    ],
)
def test_a_version_that_gives_no_word_ends_it_at_once(later: dict[str, Any], heard: list[str]) -> None:
    overdue_too = rulebook(tiers=SOON, visit_overdue_days=30)
    member = Member(published=timeline((0, overdue_too), (instant("2026-01-20"), rulebook(**later))))
    member.buys(120)
    member.waits("2026-03-10")
    assert [notice.kind for notice in told(member)] == heard


def test_a_visit_is_overdue_so_many_days_after_the_last_one_and_told_once_a_gap() -> None:
    member = Member(rulebook(visit_overdue_days=30))
    member.buys(10)
    member.at("2026-01-20 23:00").buys(10)
    assert member.account.due_us == instant("2026-02-09")
    member.waits("2026-02-09 00:00")
    assert member.account.due_us == instant("2026-02-19")
    member.waits("2026-02-18 23:59")
    assert told(member) == []
    member.at("2026-03-01 10:00").buys(10)
    member.waits("2026-03-05")
    member.waits("2026-12-31")
    assert told(member) == [overdue("2026-02-19", "2026-01-20"), overdue("2026-03-31", "2026-03-01")]


def test_nothing_is_overdue_of_whoever_has_never_come() -> None:
    member = Member(rulebook(visit_overdue_days=30))
    member.waits("2027-01-01")
    assert (told(member), member.account.due_us) == ([], None)


def test_a_visit_that_went_back_was_none() -> None:
    member = Member(rulebook(visit_overdue_days=30))
    member.buys(10)
    bought = member.at("2026-02-01 09:00").buys(10)
    member.waits("2026-02-03")
    member.refunds(bought)
    member.waits("2026-02-08 23:59")
    assert member.account.due_us == instant("2026-02-09")
    member.waits("2026-02-09 00:00")
    assert told(member) == [overdue("2026-02-09", "2026-01-10")]


def test_a_late_purchase_is_a_visit_of_its_own_day_and_no_word_is_given_of_the_past() -> None:
    member = Member(rulebook(visit_overdue_days=10, late={"days_max": 30}))
    member.at("2026-02-01 09:00").buys(10, occurred="2026-01-11 09:00")
    assert (member.account.due_us, told(member)) == (None, [])
    member.buys(10, occurred="2026-01-25 09:00")
    member.waits("2026-02-05")
    assert told(member) == [overdue("2026-02-04", "2026-01-25")]


def test_the_version_of_the_beginning_of_the_day_of_a_visit_says_when_the_next_is_overdue() -> None:
    """One of later that day would be too late for whoever has bought: nobody would look before the old date."""
    changing = timeline((0, rulebook()), (instant("2026-01-10 12:00"), rulebook(visit_overdue_days=5)))
    early, later = Member(published=changing), Member(published=changing, start="2026-01-11 09:00")
    for member in (early, later):
        member.buys(10)
        member.waits("2026-03-01")
    assert told(early) == []
    assert told(later) == [overdue("2026-01-16", "2026-01-11")]


def test_the_first_version_of_all_holds_for_the_whole_of_its_day() -> None:
    member = Member(published=timeline((instant("2026-01-10 08:00"), rulebook(visit_overdue_days=5))))
    member.buys(10)
    member.waits("2026-03-01")
    assert told(member) == [overdue("2026-01-15", "2026-01-10")]


def test_nobody_hears_anything_while_blocked() -> None:
    member = Member(rulebook(tiers=SOON, visit_overdue_days=60))
    member.buys(120)
    member.must(Block(reason="fraud"))
    member.waits("2026-03-01")
    member.must(Unblock())
    assert told(member) == []
    member.waits("2026-03-12")
    assert told(member) == [overdue("2026-03-11", "2026-01-10")]


def test_whoever_goes_on_for_a_closed_account_hears_of_its_last_visit_and_the_closed_one_nothing() -> None:
    town = Neighbours(rulebook(visit_overdue_days=30, tiers=SOON, tier_sets=[WINE]))
    one, other = town.enrols(), town.enrols()
    town.buys(other, 120)
    town.must(other, MergeOut(into=one))
    town.now_us = instant("2026-12-01")
    for each in (one, other):
        town.must(each, LetTimePass())
    heard = [(row.member, notice.kind) for row in town.rows for notice in row.change.notices]
    assert heard == [(one, "visit_overdue"), (one, "tier_at_risk"), (one, "tier_at_risk")]


def test_nobody_is_told_of_a_purchase_that_nobody_has_claimed() -> None:
    nobody = Member(rulebook(visit_overdue_days=5), enrolled=False)
    nobody.state = State(account=Account(member=claimed_account(bytes(32), "0123456789ABCDEF")), ever=Ever())
    nobody.must(Enrol())
    nobody.buys(10)
    assert nobody.account.due_us is None


def test_word_of_a_birthday_has_its_own_instant_and_changes_nothing_else() -> None:
    member = Member(rulebook(birthday_notice_days=7))
    member.at("2026-02-21 11:00").must(TellBirthday(at_us=instant("2026-02-21"), days=7))
    assert told(member) == [
        Notice(kind="birthday", at_us=instant("2026-02-21"), wallet="", points=0, on_us=instant("2026-02-28"))
    ]
    assert member.changes[-1].outcome == TimePassed()


def test_there_is_no_word_of_birthdays_on_blocked_or_closed_accounts() -> None:
    town = Neighbours(rulebook(birthday_notice_days=0))
    one, other = town.enrols(), town.enrols()
    word = TellBirthday(at_us=town.now_us)
    town.must(one, Block(reason="fraud"))
    town.must(other, MergeOut(into=town.enrols()))
    assert town.refused(one, word).keys() == {"member_blocked"}
    assert town.refused(other, word).keys() == {"member_merged"}
