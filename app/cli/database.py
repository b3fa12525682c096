"""Which database a command means: that of the environment, or that of the `rung serve` of this folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.errors import CommandError
from app.cli.home import default_home


@contextmanager
def database_url() -> Iterator[str]:
    """The service's own database: of the environment, or of the `rung serve` of this folder, running or not."""
    url = os.environ.get("DATABASE_URL")
    if url:
        yield url
        return
    home = default_home()
    if not home.exists():
        raise CommandError(f"There is no {home}. Set DATABASE_URL or RUNG_HOME.")
    from app.cli.embedded import running  # noqa: PLC0415 - not installed where DATABASE_URL is set

    with running(home) as urls:
        yield urls.app
