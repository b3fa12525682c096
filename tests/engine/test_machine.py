"""The engine beside the naive model, over random lives of a whole programme: equal after every step."""

from hypothesis import HealthCheck, settings

from tests.engine.examples import SOAK
from tests.engine.machine import Machine

TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=30 * SOAK,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
