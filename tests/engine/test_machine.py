"""The engine beside the naive model, over random lives of a whole programme: equal after every step."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.examples import SOAK
from tests.engine.machine import Machine
from tests.engine.machine_twins import TOLD

LIVES = settings(
    max_examples=25 * SOAK,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# Chance may leave something out of one round, and not out of so many.
ROUNDS_MAX = 5
# What the machine draws, and what has to have been carried out, not only asked for.
DRAWN = {
    "Purchase",
    "Purchase of another time",
    "Purchase paid with points",
    "Purchase that replaces",
    "Refund",
    "Void",
    "Move",
    "Confirm",
    "Redemption",
    "RedemptionCancel",
    "HoldPlace",
    "HoldExtend",
    "Capture",
    "HoldRelease",
    "RewardRedemption",
    "VoucherUse",
    "VoucherRestore",
    "Adjustment",
    "AdjustmentCancel",
    "Goodwill",
    "Extension",
    "TransferOut",
    "HouseholdJoin",
    "HouseholdLeave",
    "MergeOut",
    "Block",
    "Unblock",
    "(a version is published)",
    "(time passes)",
}


def test_engine_and_model_agree_after_every_step_of_every_command() -> None:
    for _ in range(ROUNDS_MAX):
        run_state_machine_as_test(Machine, settings=LIVES)
        if all(TOLD[drawn, "accepted"] for drawn in DRAWN):
            return
    assert {drawn for drawn in DRAWN if not TOLD[drawn, "accepted"]} == set()
