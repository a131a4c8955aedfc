import asyncio
import stat
from pathlib import Path

import pytest
from tests.parts.ports import free_ports

from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError
from mailcore.health import readiness
from mailcore.lifecycle import StoppedEarly
from mailcore.platform import database_url, make_data_dir, open_platform


def environment(directory: Path, **variables: str) -> Environment:
    return Environment.read({"DATA_DIR": str(directory / "data"), **variables})


async def test_everything_is_open_inside_and_closed_after(tmp_path: Path) -> None:
    given = environment(tmp_path)
    make_data_dir(given.data_dir)
    await migrate(database_url(given))
    async with open_platform(given, service="test") as platform:
        assert await readiness(platform.checks) == {}
        assert platform.settings.current.revision == 0
        assert await platform.directory.domain("example.com") is None
        assert platform.database.dialect == "sqlite"
    # Closed in full: it opens again at once, and no task is left behind.
    async with open_platform(given, service="test"):
        pass
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_data_directory_is_for_this_user_alone(tmp_path: Path) -> None:
    make_data_dir(tmp_path / "a" / "data")
    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700


async def test_a_data_directory_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigurationError, match=r"^DATA_DIR: cannot make .*data: File exists"):
        make_data_dir(tmp_path / "data")


def test_the_database_is_where_the_environment_says(tmp_path: Path) -> None:
    assert database_url(environment(tmp_path)) == f"sqlite:///{tmp_path}/data/hikyaku.sqlite3"
    urls = {"DATABASE_URL": "postgresql://u:p@h/d", "AMQP_URL": "amqp://h/"}
    assert database_url(environment(tmp_path, **urls)) == "postgresql://u:p@h/d"


async def test_a_database_that_is_away_is_waited_for_until_asked_to_stop(
    tmp_path: Path,
) -> None:
    port, other = free_ports(2)
    urls = {"DATABASE_URL": f"postgresql://u:p@127.0.0.1:{port}/d", "AMQP_URL": f"amqp://127.0.0.1:{other}/"}
    stop = asyncio.Event()

    async def enter() -> None:
        async with open_platform(environment(tmp_path, **urls), service="test", stop=stop):
            pytest.fail("there is no database")

    waiting = asyncio.create_task(enter())
    await asyncio.sleep(1)
    assert not waiting.done()
    stop.set()
    with pytest.raises(StoppedEarly):
        await asyncio.wait_for(waiting, 5)


async def test_nothing_stays_open_when_a_part_fails(tmp_path: Path) -> None:
    given = environment(tmp_path)
    make_data_dir(given.data_dir)
    database = await Database.open(database_url(given))
    # Not migrated: the settings cannot be read.
    with pytest.raises(Exception, match="no such table"):
        async with open_platform(given, service="test"):
            pytest.fail("there are no tables")
    await database.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_dns_servers_that_are_none_are_told_before_anything_is_opened(tmp_path: Path) -> None:
    given = environment(tmp_path, DNS_SERVERS="192.0.2.1:53,::1")
    with pytest.raises(ConfigurationError, match="DNS_SERVERS: '::1' is not host:port"):
        async with open_platform(given, service="test"):
            pass
    assert not given.data_dir.exists()
