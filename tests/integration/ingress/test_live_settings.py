"""What an operator changes holds within a second: for connections that begin, or for transactions that begin."""

import asyncio
import time

import pytest
from tests.integration.ingress.running import Ingress


async def test_row_1_the_recipients_of_a_transaction(ingress: Ingress) -> None:
    await ingress.make_account("eve@example.com")
    async with ingress.client() as client:
        await ingress.change_settings(max_recipients=1)
        reply = await client.begin("bob@example.org", "ada@example.com", "eve@example.com")
        assert reply == "452 4.5.3 Too many recipients; at most 1 per message"
        await client.say("DATA")
        assert (await client.send(b"\r\n.\r\n")).startswith("250 ")
        await client.begin("bob@example.org", "ada@example.com")
        await ingress.change_settings(max_recipients=2)
        assert (await client.say("RCPT TO:<eve@example.com>")).startswith("452 4.5.3 ")
        await client.say("RSET")
        assert (await client.begin("bob@example.org", "ada@example.com", "eve@example.com")).startswith("250 ")
    assert len(ingress.accepted[0].envelope.recipients) == 1


async def test_row_1_is_announced_to_connections_that_begin(ingress: Ingress) -> None:
    await ingress.change_settings(max_recipients=7)
    async with ingress.client() as client:
        assert "RCPTMAX=7" in await client.say("EHLO client.example.org")


async def test_row_2_the_null_sender(ingress: Ingress) -> None:
    async with ingress.client() as client:
        assert (await client.say("MAIL FROM:<>")).startswith("250 ")
        await client.say("RSET")
        await ingress.change_settings(accept_null_sender=False)
        assert (await client.say("MAIL FROM:<>")).startswith("550 5.7.1 ")


async def test_row_17_the_size_of_a_message(ingress: Ingress) -> None:
    message = b"Subject: a\r\n\r\n"
    async with ingress.client() as client:
        await ingress.change_settings(max_message_size=len(message))
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
        await ingress.change_settings(max_message_size=len(message) - 1)
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("552 5.3.4 ")
        assert (await client.say("MAIL FROM:<bob@example.org> SIZE=14")).startswith("552 5.3.4 ")
        assert (await client.say("MAIL FROM:<bob@example.org> SIZE=13")).startswith("250 ")
    async with ingress.client() as client:
        assert "SIZE 13" in await client.say("EHLO client.example.org")


async def test_row_26_silence(ingress: Ingress) -> None:
    await ingress.change_settings(idle_timeout_seconds=1)
    begun = time.monotonic()
    async with ingress.client() as client:
        assert (await client.reply()).startswith("421 4.4.2 ")
        assert await client.reply() == ""
    assert 0.9 < time.monotonic() - begun < 15


async def test_an_account_made_after_it_was_refused_is_accepted_within_a_second(ingress: Ingress) -> None:
    async with ingress.client() as client:
        assert (await client.begin("bob@example.org", "new@example.com")).startswith("550 5.1.1 ")
        await ingress.make_account("new@example.com")
        async with asyncio.timeout(1):
            while not (await client.say("RCPT TO:<new@example.com>")).startswith("250 "):
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("enabled", [True, False])
async def test_an_account_that_changes_is_known_within_a_second(ingress: Ingress, *, enabled: bool) -> None:
    await ingress.make_account("new@example.com", enabled=not enabled)
    wanted = "250 " if enabled else "550 5.2.1 "
    async with ingress.client() as client:
        await client.say("MAIL FROM:<bob@example.org>")
        assert not (await client.say("RCPT TO:<new@example.com>")).startswith(wanted)
        await ingress.change_account("new@example.com", enabled=enabled)
        async with asyncio.timeout(1):
            while not (await client.say("RCPT TO:<new@example.com>")).startswith(wanted):
                await asyncio.sleep(0.05)
