"""Published cases run against the same service as the tests of the API."""

from tests.api.conftest import app, client

__all__ = ["app", "client"]
