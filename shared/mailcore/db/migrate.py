"""Bring the tables to the newest form, once, however many processes ask for it at the same time.

`python -m mailcore.db.migrate` does it for the database that the environment names; the standalone form calls
`prepare` when it starts. There is no way back: a restored backup is.
"""

import asyncio
import fcntl
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from mailcore.db import trace_partitions
from mailcore.db.engines import CONNECT_SECONDS, read_url, sqlite_engines
from mailcore.db.failures import is_away
from mailcore.db.resealing import reseal
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError, DatabaseAway
from mailcore.seal import Seal, seal_of

_LOCK = 0x48494B59
"""Number of the advisory lock; any number does that nothing else on the server uses."""
_LOCK_RETRY_SECONDS = 0.05


async def migrate(url: str) -> None:
    """Bring the database of `url` to the newest form. Does nothing when it is there already.

    Raises DatabaseAway when it cannot be reached, ConfigurationError when `url` is no database URL.
    """
    dialect, parsed = read_url(url)
    opened = _sqlite(parsed) if dialect == "sqlite" else _postgresql(parsed)
    try:
        async with opened as connection:
            await connection.run_sync(_upgrade)
            if dialect == "postgresql":
                await trace_partitions.make_ahead(connection, time.time())
    except Exception as error:
        # Every error passes here; only those that mean absence are renamed.
        if is_away(error):
            raise DatabaseAway(f"the database is away: {type(error).__name__}") from error
        raise


async def prepare(url: str, seal: Seal) -> None:
    """Migrate, then seal the secrets in the database under the newest key. Raises as `migrate` does."""
    await migrate(url)
    await reseal(url, seal)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@asynccontextmanager
async def _postgresql(url: URL) -> AsyncIterator[AsyncConnection]:
    """Give a transaction that holds an advisory lock until it ends."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS})
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield connection
    finally:
        await engine.dispose()


@asynccontextmanager
async def _sqlite(url: URL) -> AsyncIterator[AsyncConnection]:
    """Give a transaction under a lock file beside the database."""
    reader, writer = sqlite_engines(url)
    try:
        async with _locked(Path(f"{url.database}.lock")), writer.begin() as connection:
            yield connection
    finally:
        await reader.dispose()
        await writer.dispose()


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                await asyncio.sleep(_LOCK_RETRY_SECONDS)
            else:
                break
        yield
    finally:
        os.close(file)


def main() -> int:
    """Migrate the database that the environment names; give the exit code."""
    # Here, since whoever only calls `migrate` needs no bus and no content store.
    from mailcore.platform import database_url, make_data_dir, open_secrets  # noqa: PLC0415

    try:
        environment = Environment.read(os.environ)  # noqa: TID251 - this is a composition root
        make_data_dir(environment.data_dir)
        asyncio.run(prepare(database_url(environment), seal_of(open_secrets(environment))))
    except (ConfigurationError, DatabaseAway) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
