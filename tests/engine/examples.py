"""How many examples a property gets: few in every run, RUNG_SOAK times as many when asked to."""

import os

from hypothesis import HealthCheck, settings

SOAK = int(os.environ.get("RUNG_SOAK", "1"))


def examples(number: int) -> settings:
    """The settings of a property. Shared machines are slow now and then, so no example has a deadline."""
    return settings(max_examples=number * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
