import sqlite3

import asyncpg
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailcore.db.failures import is_away, is_full


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("wrong")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        PoolTimeout(),
        ConnectionRefusedError(),
        OSError("Multiple exceptions: [Errno 111], [Errno 111]"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.AdminShutdownError("terminating"),
        asyncpg.QueryCanceledError("statement timeout"),
        asyncpg.TooManyConnectionsError("sorry"),
        asyncpg.DeadlockDetectedError("deadlock"),
        asyncpg.ReadOnlySQLTransactionError("a replica"),
        asyncpg.ConnectionDoesNotExistError("connection was closed"),
        asyncpg.InterfaceError("connection is closed"),
        sqlite_error(sqlite3.SQLITE_BUSY),
        sqlite_error(sqlite3.SQLITE_FULL),
        sqlite_error(sqlite3.SQLITE_CANTOPEN),
    ],
    ids=repr,
)
def test_absence_is_recognised(error: Exception) -> None:
    assert is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        FileNotFoundError(2, "missing", "/a/file"),
        asyncpg.UniqueViolationError("again"),
        asyncpg.UndefinedTableError("no table"),
        asyncpg.InterfaceError("another operation is in progress"),
        sqlite_error(sqlite3.SQLITE_ERROR),
        sqlite3.IntegrityError("again"),
    ],
    ids=repr,
)
def test_mistakes_are_not_absence(error: Exception) -> None:
    assert not is_away(error)


@pytest.mark.parametrize(
    "error",
    [sqlite_error(sqlite3.SQLITE_FULL), asyncpg.DiskFullError("no space left on device")],
    ids=repr,
)
def test_a_full_disk_is_told_from_other_absences(error: Exception) -> None:
    assert is_full(error)
    assert is_full(OperationalError("INSERT", None, error))
    assert not is_full(OperationalError("INSERT", None, sqlite_error(sqlite3.SQLITE_BUSY)))
    assert not is_full(TimeoutError())
