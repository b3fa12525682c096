"""The engine against a ledger that anybody can check by reading it once: equal after every step."""

from uuid import UUID

from hypothesis import given

from app.engine.change import Change
from app.engine.commands import Enrol
from tests.engine.builders import Member
from tests.engine.examples import examples
from tests.engine.journeys import Life, command_of, fact_of, lives
from tests.engine.naive import Naive


def shown(member: Member) -> dict[str, object]:
    account = member.account
    return {
        "balance": account.balance,
        "debt": account.debt,
        "tier": account.tier,
        "tiers": [(move.at_us, move.tier) for move in member.state.tier_moves],
        "review": account.review_us,
        "lots": [
            (lot.earned_us, lot.expires_us, lot.remaining, lot.expired, lot.uncollected)
            for lot in sorted(member.state.lots, key=lambda lot: lot.number)
        ],
        "referred": account.referral_purchase,
    }


def expected(naive: Naive) -> dict[str, object]:
    return {
        "balance": naive.balance,
        "debt": naive.debt,
        "tier": naive.tier,
        "tiers": naive.tiers,
        "review": naive.review_us,
        "lots": [(pot.earned_us, pot.expires_us, pot.left, pot.expired, pot.missing) for pot in naive.pots],
        "referred": naive.referred_by,
    }


@examples(120)
@given(lives(lapsing=False))
def test_engine_equals_the_naive_ledger_after_every_step(life: Life) -> None:
    member = Member(published=life.timeline, zone=life.zone, enrolled=False)
    naive = Naive(zone=life.zone, timeline=life.timeline)
    member.now_us = life.start_us
    member.must(Enrol(referrer=life.referrer), UUID(int=1))
    naive.ask(Enrol(referrer=life.referrer), member.now_us, UUID(int=1))
    for index, step in enumerate(life.steps):
        member.now_us += step.pause_us
        command, fact = command_of(life, index, member.now_us), fact_of(index)
        accepted = isinstance(member.ask(command, fact), Change)
        if accepted:
            assert naive.ask(command, member.now_us, fact)
            assert shown(member) == expected(naive)
        else:
            # A refusal leaves no trace: what became due meanwhile is settled again with the next command.
            assert not naive.ask(command, member.now_us, fact)
