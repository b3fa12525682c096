"""Transfers and gifts: points change hands and stay what they were (semantics 5, 7, 10, 20)."""

from uuid import UUID

from app.engine.change import BALANCE_MAX
from app.engine.commands import Block, TransferIn, TransferOut
from app.engine.estate import Origin, Parcel
from app.engine.outcomes import Received, Sent
from app.engine.state import Lot
from tests.engine.builders import instant, rulebook
from tests.engine.neighbours import Neighbours

YEARLY = {"kind": "rolling", "months": 12}
MONTHLY_ACTIVE = {"kind": "inactivity", "days": 30}
STAMPS = {"id": "stamps", "title": {"en": "Stamps"}}


def test_moving_points_never_makes_them_younger() -> None:
    town = Neighbours(rulebook(expiry=YEARLY, transfers={}))
    lan, mai = town.enrols(points=30), town.enrols()
    town.at("2026-03-10 09:00")
    town.buys(lan, 50)
    sent = town.gives(lan, mai, 60)
    assert town.balances(lan, mai) == [20, 60]
    assert town.left(lan) == [(20, instant("2027-03-11"))]
    assert town.left(mai) == [(30, instant("2027-01-11")), (30, instant("2027-03-11"))]
    giving, taking = (row.change for row in town.rows[-2:])
    first, second = (
        Parcel(
            source=number,
            origin=Origin(member=lan, lot=number),
            fact=town.lots(lan)[number].fact,
            points=30,
            earned_us=town.lots(lan)[number].earned_us,
            expires_us=town.lots(lan)[number].expires_us,
        )
        for number in (1, 2)
    )
    assert giving.outcome == Sent(to=mai, points=60, wallet="", parcels=(first, second))
    assert taking.outcome == Received(sender=lan, points=60, wallet="", lots=(1, 2))
    assert town.rows[-1].command == TransferIn(sender=lan, transfer=sent, parcels=(first, second))
    assert town.entries(lan)[-1:] == [("transfer_out", -60)]
    assert town.entries(mai) == [("transfer_in", 30), ("transfer_in", 30)]


def test_every_lot_keeps_its_origin() -> None:
    town = Neighbours()
    lan, mai, duc = town.enrols(points=30), town.enrols(), town.enrols()
    town.gives(lan, mai, 30)
    town.gives(mai, duc, 20)
    town.gives(duc, lan, 10)
    bought = town.lots(lan)[1].fact
    assert town.lots(duc)[1] == Lot(
        number=1,
        fact=bought,
        earned_us=town.now_us,
        expires_us=None,
        granted=20,
        remaining=10,
        moved=10,
        origin=Origin(member=lan, lot=1),
    )
    assert town.lots(lan)[2].origin == Origin(member=lan, lot=1)
    assert {lot.fact for member in (lan, mai, duc) for lot in town.lots(member).values()} == {bought}


def test_only_free_points_can_be_given() -> None:
    town = Neighbours(rulebook(transfers={}, pending={"kind": "after_days", "days": 7}))
    lan, mai = town.enrols(points=30), town.enrols()
    town.adjusts(lan, 50)
    town.holds(lan, 20)
    assert town.refused(lan, TransferOut(to=mai, points=31)) == {
        "insufficient_points": {"available": 30, "requested": 31}
    }
    town.gives(lan, mai, None)
    assert (town.balances(lan, mai), town.account(lan).free) == ([50, 30], 0)


def test_what_arrives_repays_debt_first() -> None:
    town = Neighbours()
    lan, mai = town.enrols(points=30), town.enrols()
    bought = town.buys(mai, 50)
    town.redeems(mai, 50)
    town.refunds(mai, bought)
    town.gives(lan, mai, 30)
    assert (town.balances(lan, mai), town.account(mai).debt) == ([0, -20], 20)


def test_every_reason_against_a_gift_is_given_with_its_numbers() -> None:
    limits = {"minimum_points": 10, "maximum_points": 100, "per_day_points": 150}
    town = Neighbours(rulebook(transfers=limits, wallets=[STAMPS]))
    lan, mai = town.enrols(points=1000), town.enrols()
    town.gives(lan, mai, 100)
    assert town.refused(lan, TransferOut(to=mai, points=101)) == {
        "above_maximum": {"maximum": 100, "requested": 101},
        "daily_limit": {"limit": 150, "left": 50, "requested": 101},
    }
    assert town.refused(lan, TransferOut(to=lan, points=9)) == {
        "same_member": {},
        "below_minimum": {"minimum": 10, "requested": 9},
    }
    assert town.refused(lan, TransferOut(to=mai, points=2000, wallet="stamps")) == {
        "above_maximum": {"maximum": 100, "requested": 2000},
        "daily_limit": {"limit": 150, "left": 50, "requested": 2000},
        "insufficient_points": {"available": 0, "requested": 2000},
    }
    assert town.refused(lan, TransferOut(to=mai, points=50, wallet="miles")) == {
        "unknown_wallet": {},
        "insufficient_points": {"available": 0, "requested": 50},
    }
    assert town.refused(lan, TransferOut(to=mai, points=-5))["insufficient_points"] == {
        "available": 900,
        "requested": -5,
    }
    town.gives(lan, mai, 50)
    town.at("2026-01-11 00:00")
    town.gives(lan, mai, 100)
    assert town.balances(lan, mai) == [750, 250]


def test_without_terms_nothing_is_given() -> None:
    town = Neighbours(rulebook())
    lan, mai = town.enrols(points=30), town.enrols()
    assert town.refused(lan, TransferOut(to=mai, points=10)) == {"transfers_off": {}}


def test_a_wallet_is_given_from_like_the_main_one() -> None:
    town = Neighbours(rulebook(transfers={}, wallets=[STAMPS]))
    lan, mai = town.enrols(), town.enrols()
    town.adjusts(lan, 8, wallet="stamps")
    town.gives(lan, mai, 5, wallet="stamps")
    assert [town.account(member).purse("stamps").balance for member in (lan, mai)] == [3, 5]
    assert town.balances(lan, mai) == [0, 0]


def test_nobody_who_is_blocked_gives_or_receives() -> None:
    town = Neighbours()
    lan, mai = town.enrols(points=30), town.enrols(points=30)
    town.must(lan, Block(reason="fraud"))
    assert town.refused(lan, TransferOut(to=mai, points=10)) == {"member_blocked": {}}
    assert town.refused(mai, TransferOut(to=lan, points=10)) == {"member_blocked": {}}


def test_a_gift_to_nobody_is_refused_as_a_whole() -> None:
    town = Neighbours()
    lan = town.enrols(points=30)
    assert town.refused(lan, TransferOut(to=UUID(int=99), points=10)) == {"not_enrolled": {}}


def test_giving_is_an_activity_and_receiving_is_none() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE, transfers={}))
    lan, mai, duc = town.enrols(points=30), town.enrols(points=30), town.enrols()
    town.at("2026-02-01 09:00")
    town.gives(lan, mai, 10)
    town.gives(lan, duc, 10)
    lapses = [town.account(member).lapses_us for member in (lan, mai, duc)]
    assert lapses == [instant("2026-03-04"), instant("2026-02-10"), instant("2026-03-04")]
    town.waits("2026-02-10 00:00")
    assert town.balances(lan, mai, duc) == [10, 0, 10]
    town.waits("2026-03-04 00:00")
    assert town.balances(lan, mai, duc) == [0, 0, 0]


def test_each_wallet_has_a_clock_of_its_own() -> None:
    town = Neighbours(rulebook(transfers={}, wallets=[{**STAMPS, "expiry": MONTHLY_ACTIVE}]))
    lan, mai = town.enrols(), town.enrols()
    town.adjusts(lan, 8, wallet="stamps")
    town.gives(lan, mai, 5, wallet="stamps")
    assert (town.account(mai).lapses_us, town.account(mai).purse("stamps").lapses_us) == (None, instant("2026-02-10"))


def test_points_that_ask_for_no_activity_start_no_clock() -> None:
    lasting = {"kind": "rolling_days", "days": 90}
    late = {"id": "late", "expiry": lasting, "effect": {"kind": "bonus", "points": 7}}
    rules = [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}, late]
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE, transfers={}, earning={"rules": rules}))
    lan, mai = town.enrols(points=30), town.enrols()
    town.gives(lan, mai, 7)
    assert [(lot.remaining, lot.lapses) for lot in town.state(mai).lots] == [(7, False)]
    assert town.account(mai).lapses_us is None


def test_an_instant_that_has_passed_takes_nothing_that_arrives_later() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE, transfers={}))
    lan, mai = town.enrols(points=30), town.enrols(points=30)
    town.waits("2026-02-10 09:00")
    town.buys(lan, 20)
    town.gives(lan, mai, 20)
    assert (town.balances(lan, mai), town.account(mai).lapses_us) == ([0, 20], instant("2026-03-13"))


def test_more_than_an_account_can_hold_is_refused() -> None:
    town = Neighbours()
    lan, mai = town.enrols(points=1), town.enrols(points=1)
    origin = Origin(member=lan, lot=1)
    parcel = Parcel(source=1, origin=origin, fact=UUID(int=5), points=BALANCE_MAX, earned_us=0, expires_us=None)
    command = TransferIn(sender=lan, transfer=UUID(int=7), parcels=(parcel,))
    assert town.refused(mai, command) == {"number_too_large": {}}


def test_more_on_one_day_than_can_be_counted_is_refused() -> None:
    town = Neighbours()
    lan, mai = town.enrols(), town.enrols()
    town.adjusts(lan, BALANCE_MAX)
    town.gives(lan, mai, BALANCE_MAX)
    town.gives(mai, lan, BALANCE_MAX)
    assert town.refused(lan, TransferOut(to=mai, points=1)) == {"number_too_large": {}}
    town.at("2026-01-11 09:00")
    town.gives(lan, mai, 1)
