"""What ingress needs is away: the client hears 4xx soon, keeps its message, and gets through once all is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from tests.integration.ingress.running import Ingress

from ingress import settlement
from mailcore.db.tables import content_ref
from mailcore.errors import ContentAway, StorageFull

LARGE = b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 2000


@pytest.mark.parametrize("message", [b"Subject: small\r\n\r\n", LARGE], ids=["small", "large"])
async def test_the_broker_is_away(ingress: Ingress, message: bytes) -> None:
    async with ingress.client() as client:
        ingress.bus.is_away = True
        reply = await client.deliver("bob@example.org", "ada@example.com", message)
        assert reply == "451 4.3.0 Temporary failure, try again later"
        assert not ingress.accepted
        story = await ingress.story("bob@example.org")
        assert (story.outcome, story.events[-1].decided_by) == ("deferred", "BusAway")
        ingress.bus.is_away = False
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
    assert len(ingress.accepted) == 1


@pytest.mark.parametrize("message", [b"Subject: small\r\n\r\n", LARGE], ids=["small", "large"])
async def test_the_disk_of_the_bus_is_full(ingress: Ingress, message: bytes) -> None:
    async with ingress.client() as client:
        ingress.bus.is_full = True
        reply = await client.deliver("bob@example.org", "ada@example.com", message)
        assert reply == "452 4.3.1 No room to store the message now, try again later"
        ingress.bus.is_full = False
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
    assert len(ingress.accepted) == 1


async def test_the_reference_of_what_may_have_been_published_stays(ingress: Ingress) -> None:
    ingress.bus.is_away = True
    async with ingress.client() as client:
        await client.deliver("bob@example.org", "ada@example.com", LARGE)
    async with ingress.platform.database.read() as connection:
        assert len((await connection.execute(content_ref.select())).all()) == 1


async def test_a_publish_that_hangs_is_answered_in_time_and_told_by_the_trace(
    ingress: Ingress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "ANSWER_SECONDS", 0.2)
    ingress.bus.let_through.clear()
    async with ingress.client() as client:
        reply = await client.deliver("bob@example.org", "ada@example.com")
        assert reply == "451 4.3.0 Temporary failure, try again later"
        ingress.bus.let_through.set()
        story = await ingress.story("bob@example.org")
    assert story.outcome == "accepted"
    assert story.events[-1].detail["told"] == reply


async def test_a_client_that_vanishes_during_the_publish_does_not_undo_it(ingress: Ingress) -> None:
    ingress.bus.let_through.clear()
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await client.say("DATA")
        await client.write(b"Subject: a\r\n\r\n.\r\n")
        await asyncio.sleep(0.1)
        await client.vanish()
    await asyncio.sleep(0.1)
    ingress.bus.let_through.set()
    assert (await ingress.story("bob@example.org")).outcome == "accepted"
    assert len(ingress.accepted) == 1


async def test_the_change_feed_is_stale(ingress: Ingress) -> None:
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await ingress.platform.changes.stop()
        ingress.platform.changes._read_at -= 6
        assert (await client.say("RCPT TO:<ada@example.com>")).startswith("451 4.3.0 ")
        assert (await client.say("DATA")).startswith("451 4.3.0 ")
        assert (await client.say("MAIL FROM:<bob@example.org>")).startswith("451 4.3.0 ")
        await ingress.platform.changes.start()
        assert (await client.deliver("bob@example.org", "ada@example.com")).startswith("250 ")


@asynccontextmanager
async def database_away(ingress: Ingress) -> AsyncIterator[None]:
    """Take the file away for as long as this lasts."""
    database = ingress.platform.environment.data_dir / "hikyaku.sqlite3"
    away = database.with_name("away")
    await ingress.platform.database.close()
    database.rename(away)
    database.mkdir()
    try:
        yield
    finally:
        database.rmdir()
        away.rename(database)


async def test_the_database_is_away(ingress: Ingress) -> None:
    async with ingress.client() as client:
        assert (await client.say("MAIL FROM:<bob@example.org>")).startswith("250 ")
        async with database_away(ingress), asyncio.timeout(15):
            assert (await client.say("RCPT TO:<unheard@example.com>")).startswith("451 4.3.0 ")


async def test_each_line_about_a_message_has_its_id_and_no_other_has(ingress: Ingress) -> None:
    login = "AUTH PLAIN AGFkYUBleGFtcGxlLmNvbQB4"
    await ingress.change_settings(auth_without_tls=True)
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com")).startswith("250 ")
        async with database_away(ingress):
            with capture_logs([merge_contextvars]) as logs:
                for command in (login, "MAIL FROM:<>", "RCPT TO:<unheard@example.com>", "RSET", login):
                    await client.say(command)
    story = await ingress.story("")
    told = [line.get("message_id") for line in logs if line["event"].startswith("cannot judge")]
    assert told == [None, str(story.id), None]


@pytest.mark.parametrize(
    ("failure", "reply"),
    [(ContentAway(), "451 4.3.0 "), (StorageFull(), "452 4.3.1 ")],
    ids=["away", "full"],
)
async def test_the_content_store_is_away_or_full(
    ingress: Ingress, failure: ContentAway | StorageFull, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def create() -> None:
        raise failure

    monkeypatch.setattr(ingress.platform.content, "create", create)
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com", LARGE)).startswith(reply)
        monkeypatch.undo()
        assert (await client.deliver("bob@example.org", "ada@example.com", LARGE)).startswith("250 ")
    assert len(ingress.accepted) == 1
