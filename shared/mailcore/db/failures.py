"""What a driver's error means: the database is away, a name is taken, a reference would dangle.

Used by `database.py` and by the stores; knows the error codes of PostgreSQL and SQLite so that nobody else has to.
"""

import sqlite3

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AWAY_CLASSES = ("08", "53", "57", "40", "58")
"""SQLSTATE classes: connection, resources, operator intervention, rolled back by the server, system error."""
_AWAY_STATES = ("25006", "25P03", "55P03", "28000", "28P01", "3D000")
"""Read-only after a failover, idle for too long, lock not to be had, and log-ins that a restarting server refuses."""


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database cannot be reached, or cannot do anything for anybody at the moment."""
    match error:
        case OSError():  # TimeoutError and what sockets raise; one with a file's name is not about us.
            return error.filename is None
        case DBAPIError():
            return error.connection_invalidated or (error.orig is not None and is_away(_cause(error.orig)))
        case asyncpg.PostgresError():
            state = error.sqlstate or ""
            return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES
        case asyncpg.InterfaceError():
            return "clos" in str(error) or "released" in str(error)
        case sqlite3.OperationalError():
            # SQLITE_ERROR is a wrong statement or a missing table: our mistake, not the database's absence.
            return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) != sqlite3.SQLITE_ERROR
        case _:
            return isinstance(error, PoolTimeout)


def is_full(error: BaseException) -> bool:
    """Whether `error`, which says that the database is away, says that it has no space left."""
    cause = _cause(error.orig) if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(cause, asyncpg.DiskFullError)


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique constraint was violated."""
    cause = _cause(error.orig) if error.orig is not None else None
    if isinstance(cause, sqlite3.IntegrityError):
        return cause.sqlite_errorcode in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
    return isinstance(cause, asyncpg.UniqueViolationError)


def is_dangling(error: IntegrityError) -> bool:
    """Whether a foreign key was violated."""
    cause = _cause(error.orig) if error.orig is not None else None
    if isinstance(cause, sqlite3.IntegrityError):
        return cause.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
    return isinstance(cause, asyncpg.ForeignKeyViolationError)


def _cause(error: BaseException) -> BaseException:
    """Give the driver's own error below the one that SQLAlchemy makes of it."""
    return error.__cause__ or error
