"""How connections to PostgreSQL and SQLite are made: drivers, time limits, pools, pragmas. Used by `database.py`."""

from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mailcore.db.sqlite_connection import StoppableConnection
from mailcore.errors import ConfigurationError

Dialect = Literal["postgresql", "sqlite"]

CONNECT_SECONDS = 4.0
STATEMENT_SECONDS = 7.0
_POOL_SECONDS = 6.0
_POSTGRESQL_CONNECTIONS = 8
_SQLITE_READERS = 4


def read_url(url: str) -> tuple[Dialect, URL]:
    """Read a database URL: `postgresql://user:password@host:port/name` or `sqlite:///absolute/path`.

    Raises ConfigurationError without repeating the URL, which holds a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError("the database URL cannot be read") from None
    match parsed.get_backend_name():
        case "postgresql":
            # asyncpg calls it `ssl`; the rest of the world, and libpq's URLs, `sslmode`.
            query = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
            return "postgresql", parsed.set(drivername="postgresql+asyncpg", query=query)
        case "sqlite" if parsed.database:
            return "sqlite", parsed.set(drivername="sqlite+aiosqlite")
        case _:
            raise ConfigurationError("the database URL is postgresql://... or sqlite:///absolute/path")


def postgresql_engine(url: URL) -> AsyncEngine:
    """Make the engine for PostgreSQL. Nothing is connected yet."""
    engine = create_async_engine(
        url,
        pool_size=_POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {
                "application_name": "hikyaku",
                "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
                "idle_in_transaction_session_timeout": "60000",
                # Compiling a statement takes longer than any of ours should run.
                "jit": "off",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def sqlite_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Make the engines that read and write an SQLite file, whose directory is made when it is missing.

    The writer has one connection, so that writers wait for each other here, in order, and not by SQLite's polling.
    """
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    reader, writer = (
        # Hashes of passwords and tokens are parameters, and parameters are logged at debug and told by errors.
        create_async_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=_POOL_SECONDS,
            hide_parameters=True,
            connect_args={"async_creator_fn": StoppableConnection},
        )
        for size in (_SQLITE_READERS, 1)
    )
    for engine in (reader, writer):
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    return reader, writer


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Replace a connection that the server has closed meanwhile; costs no query, as a ping would."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _set_pragmas(connection: Any, _record: object) -> None:
    # Without this Python's driver begins transactions by itself, and never IMMEDIATE ones.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 5000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later could otherwise not be upgraded: SQLITE_BUSY, without waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
