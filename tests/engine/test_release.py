"""The release of the engine: it names the time-zone data that it decides with."""

from importlib.metadata import version

from app.engine.release import ENGINE_RELEASE, TZDATA_RELEASE


def test_zone_data_are_those_of_this_release() -> None:
    assert version("tzdata") == TZDATA_RELEASE, "new zone data decide anew: raise ENGINE_RELEASE too"


def test_release_fits_its_column() -> None:
    assert 1 <= ENGINE_RELEASE < 2**15
