"""The machine for as long as you like: `make soak STEPS=1000000`. Stops at the first disagreement and shows it."""

import sys
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.machine import Machine
from tests.engine.machine_twins import TOLD

# So many lives before another line is written.
ROUND = 20


def main() -> None:
    """Live one programme after the other until so many steps have passed."""
    wanted, started = int(sys.argv[1]), time.monotonic()
    lives = settings(
        max_examples=ROUND,
        stateful_step_count=60,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    while TOLD.total() < wanted:
        run_state_machine_as_test(Machine, settings=lives)
        accepted = sum(count for (_, outcome), count in TOLD.items() if outcome != "refused")
        speed = TOLD.total() / (time.monotonic() - started)
        sys.stdout.write(f"{TOLD.total()} of {wanted} steps passed, {accepted} accepted, {speed:.0f} a second\n")
        sys.stdout.flush()
    for (command, outcome), count in sorted(TOLD.items()):
        sys.stdout.write(f"{count:>9} {command} {outcome}\n")


if __name__ == "__main__":
    main()
