"""Handles of the database: a Reader may look, a Writer may also write, and neither commits by itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# One plan for every length of an array; no compilation of queries that take a fraction of a millisecond.
SESSION = {"plan_cache_mode": "force_generic_plan", "jit": "off", "timezone": "UTC"}

# What record_batch_2 raises (migrations/versions/0003_lifecycle.py).
KEY_CANCELLED: Final = "RG001"

Send = Callable[[str, tuple[object, ...]], Awaitable[Sequence[Any]]]


class Reader:
    """Named queries take one of these. Rows come out as tuples."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def rows(self, statement: str, *parameters: object) -> Sequence[Any]:
        """Every row that the statement returns."""
        return await self._send(statement, parameters)

    async def row(self, statement: str, *parameters: object) -> Any:
        """The first row, or None."""
        rows = await self._send(statement, parameters)
        return rows[0] if rows else None


class Snapshot(Reader):
    """A Reader of one snapshot that can also read more than fits into memory."""

    def __init__(self, send: Send, driver: Any) -> None:
        super().__init__(send)
        self._driver = driver

    async def stream(self, statement: str, *parameters: object, size: int) -> AsyncIterator[Sequence[Any]]:
        """The rows in portions of this size. Other statements may be sent between two portions, one must before."""
        cursor = await self._driver.cursor(statement, *parameters)
        while rows := await cursor.fetch(size):
            yield rows


class Writer(Reader):
    """A Reader inside a transaction that may write."""

    async def write(self, statement: str, *parameters: object) -> None:
        """Carry the statement out; it returns nothing."""
        await self._send(statement, parameters)


class Conflicted(Exception):
    """A unique constraint or a check said no (SQLSTATE class 23): `duplicate` when the key was taken."""

    def __init__(self, *, duplicate: bool) -> None:
        super().__init__("a constraint refused the rows")
        self.duplicate = duplicate


class Cancelled(Exception):
    """A key of the batch was refused in advance, and nothing was written."""


class Interrupted(Exception):
    """The transaction was not carried out and may be tried again: a deadlock, or no connection."""


class Kept:
    """A connection of the pool that its user keeps, and sends statements to without a detour.

    SQLAlchemy makes and ends it. What a lane sends goes to its driver directly: that costs a third, and
    at one command a batch the statements are most of the answer's time.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._driver: Any = None

    @property
    def lost(self) -> bool:
        """The server has gone away."""
        return self._driver is None or bool(self._driver.is_closed())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Writer]:
        """Committed at the end, rolled back on any error. Raises Conflicted and Interrupted.

        On another connection if this one was lost since.
        """
        async with _understanding():
            if self.lost:
                await self.renew()
            async with self._driver.transaction():
                yield Writer(self._send)

    async def _send(self, statement: str, parameters: tuple[object, ...]) -> Sequence[Any]:
        rows: Sequence[Any] = await self._driver.fetch(statement, *parameters)
        return rows

    async def renew(self) -> None:
        """Take another connection of the pool. Raises what the driver does when there is none."""
        await self.close()
        self._connection = await self._engine.connect()
        pooled = await self._connection.get_raw_connection()
        self._driver = pooled.driver_connection

    async def close(self) -> None:
        """Give the connection back; one that was lost is thrown away."""
        connection, lost = self._connection, self.lost
        self._connection = self._driver = None
        if connection is not None:
            if lost:
                await connection.invalidate()
            await connection.close()


class Database:
    """The database as one process sees it: a pool of connections, and the ways to use one."""

    def __init__(self, url: str, *, connections: int, patience_s: int = 0) -> None:
        """So many connections at the most; a statement or a lock that takes longer than `patience_s` is given up.

        Without patience (0) nothing is given up: the audit may read for as long as it takes.
        """
        # For processes of their own, which need their own way there.
        self.url = url
        limits = {"statement_timeout": f"{patience_s}s", "idle_in_transaction_session_timeout": f"{patience_s}s"}
        self._engine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=10,
            connect_args={"server_settings": SESSION | limits, "timeout": 5},
        )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reader]:
        """A Reader whose every statement sees one and the same snapshot."""
        async with _understanding(), self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield Reader(_through(connection))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """A Reader of one snapshot that nothing can be written through, for as long as it takes."""
        async with _understanding(), self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                pooled = await connection.get_raw_connection()
                yield Snapshot(_through(connection), pooled.driver_connection)

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[Reader]:
        """A Reader for single statements, each with a snapshot of its own and no transaction around."""
        async with _understanding(), self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            yield Reader(_through(connection))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Writer]:
        """A Writer: committed at the end, rolled back on any error. Raises Conflicted and Interrupted."""
        async with _understanding(), self._engine.begin() as connection:
            yield Writer(_through(connection))

    @asynccontextmanager
    async def transaction_of_one_snapshot(self) -> AsyncIterator[Writer]:
        """A Writer that sees, beside its own changes, the database as its first statement did.

        Raises Interrupted also when somebody else has changed what it locks since: try again.
        """
        async with _understanding(), self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield Writer(_through(connection))

    async def keep(self) -> Kept:
        """A connection for as long as the caller wants it. Raises Interrupted when there is none."""
        kept = Kept(self._engine)
        async with _understanding():
            await kept.renew()
        return kept

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _through(connection: AsyncConnection) -> Send:
    async def send(statement: str, parameters: tuple[object, ...]) -> Sequence[Any]:
        result = await connection.exec_driver_sql(statement, parameters)
        return result.all() if result.returns_rows else ()

    return send


@asynccontextmanager
async def _understanding() -> AsyncIterator[None]:
    """Errors of SQLAlchemy and of the driver become what can be done about them."""
    try:
        yield
    except DBAPIError as error:
        raise _understood(error, error.orig) from error
    except PostgresError as error:
        raise _understood(error, error) from error
    except (OSError, TimeoutError, PoolTimeout, InterfaceError) as error:
        raise Interrupted from error


def _understood(error: Exception, original: BaseException | None) -> Exception:
    state = getattr(original, "sqlstate", None) or ""
    if state == KEY_CANCELLED:
        return Cancelled()
    if state.startswith("23"):
        return Conflicted(duplicate=state == "23505")
    # Lost connection, read-only, deadlock, resources, locks, shutdown, disk; without a state: the driver's own.
    if state[:2] in ("", "08", "25", "40", "53", "55", "57", "58"):
        return Interrupted()
    return error
