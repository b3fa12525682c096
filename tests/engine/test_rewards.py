"""Rewards of the catalogue: what they cost, who may have them, how many there are (semantics 19, 20, 21)."""

import pytest
from msgspec.structs import replace

from app.engine.commands import RedemptionCancel, RewardRedemption
from app.engine.movements import CounterMove, Draw, StockMove
from app.engine.outcomes import Cancelled, Redeemed, Taken
from app.engine.shared_stocks import stocks
from app.engine.vouchers import VoucherRestore, VoucherRestored, VoucherUse, VoucherUsed
from tests.engine.builders import instant, rulebook, tiers
from tests.engine.shoppers import Shopper

STAMPS = {"id": "stamps", "title": {"en": "Stamps"}}


def reward(**parts: object) -> dict[str, object]:
    """A thing for thirty points, of which there is no end."""
    return {"id": "mug", "title": {"en": "A mug"}, "cost_points": 30, "kind": "item", **parts}


def shopper(points: int = 100, *, sizes: dict[str, int] | None = None, **parts: object) -> Shopper:
    return Shopper(rulebook(rewards=[reward(**parts)]), points=points, sizes=sizes)


def test_a_reward_is_taken_for_its_points() -> None:
    member = shopper(kind="donation", cause={"en": "Red Cross"}, value_minor=500)
    taken = member.takes("mug", 2)
    assert member.outcome(taken) == Redeemed(
        points=60,
        value_minor=1000,
        draws=(Draw(lot=1, points=60),),
        rulebook=1,
        reward=Taken(reward="mug", kind="donation", quantity=2, expires_us=None),
    )
    assert member.entries(2) == [("redemption", -60)]
    assert member.balance == 40
    assert member.change(taken).stock_moves == (StockMove(name="reward/mug", before=0, taken=2),)
    assert member.change(taken).counter_moves == (CounterMove(name="reward/mug", count=2),)


def test_every_reason_against_a_reward_is_given_with_its_numbers() -> None:
    member = Shopper(
        rulebook(
            tiers=tiers(1000),
            rewards=[
                reward(
                    cost_points=500,
                    stock=1,
                    per_member=1,
                    tiers=["silver"],
                    valid_from="2026-02-01",
                    valid_until="2026-01-05",
                )
            ],
        ),
        points=320,
    )
    member.taken["reward/mug"] = 1
    assert member.refused(RewardRedemption(reward="mug", quantity=2)) == {
        "insufficient_points": {"available": 320, "requested": 1000},
        "wrong_tier": {"tiers": "silver", "tier": "bronze"},
        "reward_limit": {"limit": 1, "taken": 0, "requested": 2},
        "out_of_stock": {"left": 0, "requested": 2},
        "not_yet_available": {"valid_from": "2026-02-01"},
        "no_longer_available": {"valid_until": "2026-01-05"},
    }
    assert member.refused(RewardRedemption(reward="cup")) == {"unknown_reward": {}}


def test_a_reward_can_be_had_on_its_first_and_last_day() -> None:
    member = shopper(valid_from="2026-01-11", valid_until="2026-01-12")
    assert "not_yet_available" in member.at("2026-01-10 23:59").refused(RewardRedemption(reward="mug"))
    member.at("2026-01-11 00:00")
    member.takes("mug")
    member.at("2026-01-12 23:59")
    member.takes("mug")
    assert "no_longer_available" in member.at("2026-01-13 00:00").refused(RewardRedemption(reward="mug"))


def test_levels_pay_their_own_price_and_pass_their_own_gate() -> None:
    document = rulebook(
        tiers=tiers(100), rewards=[reward(tier_costs={"silver": 20}), reward(id="lounge", tiers=["silver", "gold"])]
    )
    member = Shopper(document, points=50)
    member.takes("mug")
    assert member.balance == 20
    assert member.refused(RewardRedemption(reward="lounge"))["wrong_tier"] == {
        "tiers": "silver, gold",
        "tier": "bronze",
    }
    member.buys(60)
    member.takes("mug")
    assert member.balance == 60
    member.takes("lounge")
    assert member.balance == 30


def test_without_tiers_a_gate_lets_nobody_in() -> None:
    member = shopper(tiers=["silver"])
    assert member.refused(RewardRedemption(reward="mug")) == {"wrong_tier": {"tiers": "silver", "tier": ""}}


def test_stock_is_shared_and_never_oversold() -> None:
    member = shopper(stock=10)
    member.taken["reward/mug"] = 8
    assert member.refused(RewardRedemption(reward="mug", quantity=3)) == {"out_of_stock": {"left": 2, "requested": 3}}
    member.takes("mug", 2)
    assert member.taken["reward/mug"] == 10
    assert member.refused(RewardRedemption(reward="mug")) == {"out_of_stock": {"left": 0, "requested": 1}}


def test_a_shelf_that_a_later_rulebook_made_smaller_is_empty() -> None:
    member = shopper(stock=3)
    member.taken["reward/mug"] = 8
    assert member.refused(RewardRedemption(reward="mug")) == {"out_of_stock": {"left": 0, "requested": 1}}


def test_a_member_has_no_more_of_a_reward_than_the_limit() -> None:
    member = shopper(per_member=2)
    member.takes("mug")
    assert member.refused(RewardRedemption(reward="mug", quantity=2)) == {
        "reward_limit": {"limit": 2, "taken": 1, "requested": 2}
    }
    member.takes("mug")
    assert "reward_limit" in member.refused(RewardRedemption(reward="mug"))


def test_cancelled_redemptions_give_stock_and_limit_back() -> None:
    member = shopper(stock=2, per_member=2)
    taken = member.takes("mug", 2)
    cancelled = member.cancels(taken)
    assert member.outcome(cancelled) == Cancelled(returned=60, value_minor=0)
    assert member.change(cancelled).stock_moves == (StockMove(name="reward/mug", before=2, taken=-2),)
    assert (member.balance, member.taken["reward/mug"]) == (100, 0)
    member.takes("mug", 2)
    assert member.refused_for_cancelling(taken) == {"already_reversed": {"by": str(cancelled)}}


def test_the_wallet_of_the_reward_pays() -> None:
    member = Shopper(rulebook(wallets=[STAMPS], rewards=[reward(wallet="stamps")]), points=100)
    assert member.refused(RewardRedemption(reward="mug")) == {"insufficient_points": {"available": 0, "requested": 30}}
    member.gets(40, wallet="stamps")
    taken = member.takes("mug")
    outcome = member.outcome(taken)
    assert isinstance(outcome, Redeemed)
    assert (outcome.wallet, outcome.points) == ("stamps", 30)
    assert (member.balance, member.account.purse("stamps").balance) == (100, 10)
    member.cancels(taken)
    assert (member.balance, member.account.purse("stamps").balance) == (100, 40)


@pytest.mark.parametrize(("kind", "most"), [("item", 100), ("voucher", 1)])
def test_quantities_have_their_limits(kind: str, most: int) -> None:
    member = shopper(10_000, kind=kind)
    for quantity in (-1, 0, most + 1):
        assert member.refused(RewardRedemption(reward="mug", quantity=quantity)) == {
            "quantity_out_of_range": {"maximum": most}
        }
    member.takes("mug", most)


def test_codes_come_out_of_the_pool_one_by_one_until_it_is_empty() -> None:
    member = shopper(kind="code_pool", pool="cinema", sizes={"pool/cinema": 2})
    first, second = member.takes("mug"), member.takes("mug")
    taken = [member.outcome(fact) for fact in (first, second)]
    assert [each.reward for each in taken if isinstance(each, Redeemed)] == [
        Taken(reward="mug", kind="code_pool", quantity=1, expires_us=None, pool="cinema", place=place)
        for place in (0, 1)
    ]
    assert member.refused(RewardRedemption(reward="mug")) == {"out_of_stock": {"left": 0, "requested": 1}}


def test_a_code_that_somebody_has_read_does_not_go_back_into_the_pool() -> None:
    member = shopper(kind="code_pool", pool="cinema", stock=5, per_member=1, sizes={"pool/cinema": 2})
    member.cancels(member.takes("mug"))
    assert member.taken == {"reward/mug": 0, "pool/cinema": 1}
    outcome = member.outcome(member.takes("mug"))
    assert isinstance(outcome, Redeemed)
    assert outcome.reward is not None
    assert outcome.reward.place == 1


def test_the_fewer_of_shelf_and_pool_are_left() -> None:
    member = shopper(kind="code_pool", pool="cinema", stock=1, sizes={"pool/cinema": 2})
    member.takes("mug")
    assert member.refused(RewardRedemption(reward="mug")) == {"out_of_stock": {"left": 0, "requested": 1}}
    empty = shopper(kind="code_pool", pool="cinema", stock=1)
    assert empty.refused(RewardRedemption(reward="mug")) == {"out_of_stock": {"left": 0, "requested": 1}}


def test_a_voucher_can_be_used_once_until_its_last_valid_day_has_ended() -> None:
    member = shopper(kind="voucher", voucher_days=30)
    issued, late = member.takes("mug"), member.takes("mug")
    outcome = member.outcome(issued)
    assert isinstance(outcome, Redeemed)
    assert outcome.reward == Taken(reward="mug", kind="voucher", quantity=1, expires_us=instant("2026-02-10"))
    member.at("2026-02-09 23:59")
    used = member.must(VoucherUse(voucher=issued))
    assert member.outcome(used) == VoucherUsed(reward="mug")
    assert member.refused(VoucherUse(voucher=issued)) == {"voucher_used": {"by": str(used)}}
    member.at("2026-02-10 00:00")
    assert member.refused(VoucherUse(voucher=late)) == {"voucher_expired": {"last_day": "2026-02-09"}}


def test_a_voucher_whose_use_was_undone_is_as_it_was() -> None:
    member = shopper(kind="voucher", voucher_days=30)
    issued, other = member.takes("mug"), member.takes("mug")
    assert member.refused(VoucherRestore(voucher=issued)) == {"wrong_kind": {}}
    member.must(VoucherUse(voucher=issued))
    restored = member.must(VoucherRestore(voucher=issued))
    assert member.outcome(restored) == VoucherRestored(reward="mug")
    assert member.refused(VoucherRestore(voucher=issued)) == {"already_reversed": {"by": str(restored)}}
    again = member.must(VoucherUse(voucher=issued))
    assert member.refused(VoucherUse(voucher=issued)) == {"voucher_used": {"by": str(again)}}
    member.must(VoucherRestore(voucher=issued))
    cancelled = member.cancels(issued)
    assert member.refused(VoucherUse(voucher=issued)) == {"voucher_cancelled": {"by": str(cancelled)}}
    assert member.refused(VoucherRestore(voucher=issued)) == {"already_reversed": {"by": str(cancelled)}}
    member.must(VoucherUse(voucher=other))
    member.at("2026-02-10 00:00").must(VoucherRestore(voucher=other))
    assert member.refused(VoucherUse(voucher=other)) == {"voucher_expired": {"last_day": "2026-02-09"}}


def test_a_voucher_is_cancelled_or_used_never_both() -> None:
    member = shopper(kind="voucher")
    used, cancelled = member.takes("mug"), member.takes("mug")
    by = member.must(VoucherUse(voucher=used))
    assert member.refused(RedemptionCancel(redemption=used)) == {"voucher_used": {"by": str(by)}}
    by = member.cancels(cancelled)
    assert member.refused(VoucherUse(voucher=cancelled)) == {"voucher_cancelled": {"by": str(by)}}
    assert member.taken["reward/mug"] == 1


def test_using_a_voucher_waits_for_no_stock() -> None:
    member = shopper(kind="voucher", stock=5)
    issued = member.takes("mug")
    for command, names in ((VoucherUse(voucher=issued), []), (RedemptionCancel(redemption=issued), ["reward/mug"])):
        originals = member.named(command, member.next_fact())
        assert stocks(command, originals, member.timeline, member.now_us, member.zone) == names


def test_an_expired_voucher_can_still_be_cancelled() -> None:
    member = shopper(kind="voucher", voucher_days=1)
    issued = member.takes("mug")
    member.at("2026-03-01")
    member.cancels(issued)
    assert member.balance == 100


def test_only_vouchers_are_used() -> None:
    member = Shopper(
        rulebook(rewards=[reward(), reward(id="film", kind="code_pool", pool="cinema")]),
        points=100,
        sizes={"pool/cinema": 1},
    )
    for fact in (member.takes("mug"), member.takes("film"), member.redeems(1)):
        assert member.refused(VoucherUse(voucher=fact)) == {"wrong_kind": {}}


def test_taking_a_reward_is_an_activity_and_using_a_voucher_is_none() -> None:
    document = rulebook(expiry={"kind": "inactivity", "days": 30}, rewards=[reward(kind="voucher")])
    member = Shopper(document, points=100)
    member.at("2026-02-01 09:00")
    issued = member.takes("mug")
    assert member.account.lapses_us == instant("2026-03-04")
    member.at("2026-02-02 09:00").must(VoucherUse(voucher=issued))
    assert member.account.lapses_us == instant("2026-03-04")


def test_a_blocked_member_gets_no_reward_and_uses_no_voucher() -> None:
    member = shopper(kind="voucher")
    issued = member.takes("mug")
    member.state = replace(member.state, account=replace(member.account, blocked=True))
    assert member.refused(RewardRedemption(reward="mug")) == {"member_blocked": {}}
    assert member.refused(VoucherUse(voucher=issued)) == {"member_blocked": {}}


def test_without_a_rulebook_there_is_no_catalogue() -> None:
    member = shopper()
    member.timeline = replace(member.timeline, editions=())
    assert member.refused(RewardRedemption(reward="mug")) == {"no_rulebook": {}}
