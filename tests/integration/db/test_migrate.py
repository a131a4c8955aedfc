import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select

from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.db.tables import change_counter, domain, metadata
from mailcore.errors import ConfigurationError, DatabaseAway


@pytest.mark.filterwarnings("ignore:.*expression-based index")
async def test_tables_are_those_that_statements_see(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        def is_ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
            is_partition = kind == "table" and reflected and (name or "").startswith("trace_")
            is_partition = is_partition and name not in metadata.tables
            # Expressions in indexes are written differently by each server, so these are looked at by name below.
            return not is_partition and kind != "index"

        return list(
            compare_metadata(MigrationContext.configure(connection, opts={"include_object": is_ours}), metadata)
        )

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_indexes_are_those_that_statements_see(database: Database) -> None:
    catalogue = "SELECT name FROM sqlite_master WHERE type = 'index'"
    if database.dialect == "postgresql":
        catalogue = "SELECT indexname FROM pg_indexes"
    async with database.read() as connection:
        found = set((await connection.exec_driver_sql(catalogue)).scalars())
    wanted = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert wanted
    assert wanted <= found


async def test_counter_of_changes_is_there_from_the_beginning(database: Database) -> None:
    async with database.read() as connection:
        assert (await connection.execute(select(change_counter.c.number))).scalars().all() == [0]


async def test_many_who_migrate_at_once_do_it_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(5)))


async def test_migrating_again_changes_nothing(database: Database, database_url: str) -> None:
    async with database.transaction() as connection:
        now = datetime.now(UTC)
        row = {"name": "example.com", "version": 1, "created_at": now, "updated_at": now}
        await connection.execute(insert(domain).values(row))
    await migrate(database_url)
    async with database.read() as connection:
        assert (await connection.execute(select(domain.c.name))).scalars().all() == ["example.com"]


async def test_separate_processes_migrate_what_the_environment_names(empty_url: str, tmp_path: Path) -> None:
    shared = {"DATABASE_URL": empty_url, "AMQP_URL": "amqp://unused.example.com"}
    own = {} if empty_url.startswith("sqlite") else shared
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **own}
    running = [await _migrating(environment) for _ in range(2)]
    for process in running:
        async with asyncio.timeout(60):
            _, errors = await process.communicate()
        assert process.returncode == 0, errors


async def test_wrong_environment_is_named_and_nothing_else(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql://u:secret@h/d"}
    process = await _migrating(environment)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"DATABASE_URL" in errors
    assert b"secret" not in errors
    assert b"Traceback" not in errors


async def _migrating(environment: dict[str, str]) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "mailcore.db.migrate")
    return await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)


async def test_no_database_url_and_no_database() -> None:
    with pytest.raises(ConfigurationError):
        await migrate("mysql://h/d")
    with pytest.raises(DatabaseAway):
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")


_ACCOUNT = """
INSERT INTO account (address, domain_id, password_hash, enabled, mailbox, version, created_at, updated_at)
SELECT $1 || '@example.com', id, $2, $3, 'example.com/' || $1, 1, now(), now() FROM domain
"""


@pytest.mark.real
async def test_dovecot_may_read_its_view_and_nothing_else(postgres_database: str) -> None:
    owner = await asyncpg.connect(postgres_database)
    try:
        if not await owner.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'dovecot'"):
            await owner.execute("CREATE ROLE dovecot LOGIN")
        await migrate(postgres_database)
        await owner.execute("INSERT INTO domain VALUES (DEFAULT, 'example.com', 1, now(), now())")
        for name, hashed, enabled in (("a", "$argon2id$x", True), ("b", None, True), ("c", "$argon2id$x", False)):
            await owner.execute(_ACCOUNT, name, hashed, enabled)
        await owner.execute("SET ROLE dovecot")
        rows = await owner.fetch('SELECT "user", password, mailbox FROM dovecot_account')
        assert [tuple(row) for row in rows] == [("a@example.com", "{ARGON2ID}$argon2id$x", "example.com/a")]
        for table in ("account", "token", "setting_revision"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await owner.fetch(f"TABLE {table}")
        with pytest.raises(asyncpg.PostgresError):
            await owner.execute("UPDATE dovecot_account SET mailbox = 'x'")
    finally:
        await owner.close()
