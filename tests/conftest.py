"""PostgreSQL for the tests: one server a run, one migrated template, an empty copy of it for whoever asks.

With xdist the controller owns the server and tells its workers where it is: it is the one process that outlives them
all. Without xdist the first test that needs a database starts it. Nothing that a test writes has to survive, so the
server runs without fsync.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli.cluster import Cluster, Urls
from app.cli.embedded import Embedded
from app.cli.migrate import migrate
from app.cli.place import locate
from tests.databases import TEMPLATE, Databases

_SERVER = pytest.StashKey["_Owned"]()


@dataclass(frozen=True)
class _Owned:
    home: Path
    server: Embedded

    @staticmethod
    def start() -> "_Owned":
        # Not pytest's own folder: that one is private to root, and PostgreSQL runs as somebody else.
        home = Path(tempfile.mkdtemp(prefix="rung-test-"))
        server = Embedded.start(home, durable=False)
        migrate(server.create_database(TEMPLATE).owner)
        return _Owned(home=home, server=server)

    def stop(self) -> None:
        self.server.stop()
        shutil.rmtree(self.home)


def _owned(config: pytest.Config) -> _Owned:
    if _SERVER not in config.stash:
        config.stash[_SERVER] = _Owned.start()
    return config.stash[_SERVER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Xdist's controller tells a worker that it starts which home the server runs in."""
    node.workerinput["rung_home"] = str(_owned(node.config).home)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Cluster:
    """The server of this run, with its superuser: for tests about PostgreSQL itself. Most want `database`."""
    home: str | None = getattr(request.config, "workerinput", {}).get("rung_home")
    return _owned(request.config).server if home is None else Cluster(locate(Path(home)))


@pytest.fixture(scope="session")
def databases(postgres: Cluster) -> Iterator[Databases]:
    """The databases of this process."""
    made = Databases(postgres)
    yield made
    made.close()


@contextmanager
def _lent(databases: Databases) -> Iterator[Urls]:
    name, urls = databases.lend()
    yield urls
    databases.take_back(name)


@pytest.fixture
def database(databases: Databases) -> Iterator[Urls]:
    """A migrated, empty database for one test."""
    with _lent(databases) as urls:
        yield urls


@pytest.fixture(scope="module")
def module_database(databases: Databases) -> Iterator[Urls]:
    """A migrated database that the tests of one module share."""
    with _lent(databases) as urls:
        yield urls


@pytest.fixture
def owner_url(database: Urls) -> str:
    """The fresh database as the owner of its tables."""
    return database.owner


@pytest.fixture
def app_url(database: Urls) -> str:
    """The fresh database as the service connects to it."""
    return database.app
