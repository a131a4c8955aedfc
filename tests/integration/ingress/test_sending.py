"""Logging in, and who may send as whom and where to (rows 3, 4, 10 and 18)."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.fakes.smtp_client import SmtpClient
from tests.integration.ingress.running import PASSWORD, Ingress, trusting

from mailcore.db.trace_reader import TraceFilter, TraceReader

AUTHENTICATION_REQUIRED = "530 5.7.0 Authentication is required"
WRONG = "535 5.7.8 Authentication credentials invalid"


@asynccontextmanager
async def submitting(ingress: Ingress, listener: str = "submissions") -> AsyncIterator[SmtpClient]:
    """Give a client under TLS on a submission port."""
    context = trusting(ingress)
    if listener == "submissions":
        async with SmtpClient.connected(ingress.ports[listener], context) as client:
            yield await client.greeted()
    else:
        async with SmtpClient.connected(ingress.ports[listener]) as client:
            await client.greeted()
            await client.start_tls(context)
            yield client


async def log_in(client: SmtpClient, name: str = "ada@example.com", password: str = PASSWORD) -> str:
    response = b64encode(f"\0{name}\0{password}".encode()).decode()
    return await client.say(f"AUTH PLAIN {response}")


@pytest.mark.parametrize("listener", ["smtp", "submission", "submissions"])
async def test_a_login_by_each_port(ingress: Ingress, listener: str) -> None:
    async with submitting(ingress, listener) as client:
        assert await log_in(client) == "235 2.7.0 Authentication successful"
        assert (await client.deliver("ada@example.com", "eve@example.net")).startswith("250 ")
    (mail,) = ingress.accepted
    assert (mail.client.account, mail.client.protocol, mail.client.listener) == ("ada@example.com", "ESMTPSA", listener)
    assert b"\twith ESMTPSA (TLSv1.3 " in mail.trace_fields


@pytest.mark.parametrize("name", ["ADA@Example.COM", "ada@example.com"])
async def test_names_compare_as_addresses_do(ingress: Ingress, name: str) -> None:
    async with submitting(ingress) as client:
        assert (await log_in(client, name)).startswith("235 ")


async def test_wrong_unknown_disabled_and_nobodys_are_told_the_same(ingress: Ingress) -> None:
    await ingress.make_account("gone@example.com", password=PASSWORD, enabled=False)
    await ingress.make_account("mute@example.com")
    tries = [
        ("ada@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("mute@example.com", PASSWORD),
    ]
    async with submitting(ingress) as client:
        assert [await log_in(client, *one) for one in tries] == [WRONG] * len(tries)
        assert await client.say("MAIL FROM:<ada@example.com>") == AUTHENTICATION_REQUIRED


async def test_a_refused_login_is_traced_without_what_was_typed(ingress: Ingress) -> None:
    async with submitting(ingress) as client:
        await log_in(client, "my-secret-password", "x")
        await log_in(client, "ada@example.com", "wrong-secret")
    reader = TraceReader(ingress.platform.database)
    found = (await reader.search(TraceFilter(outcome="refused"), None, 1)).items
    while not found:
        found = (await reader.search(TraceFilter(outcome="refused"), None, 1)).items
    story = await reader.story(found[0].id)
    assert [(event.what, event.decided_by, event.detail.get("account")) for event in story.events[1:]] == [
        ("login_refused", "login", ""),
        ("login_refused", "login", "ada@example.com"),
    ]
    assert "secret" not in repr(story)


async def test_a_changed_password_holds_within_a_second_for_remembered_ones_too(ingress: Ingress) -> None:
    async with submitting(ingress) as client:
        assert (await log_in(client)).startswith("235 ")
    await ingress.change_account("ada@example.com", password="quite another one")
    for _ in range(20):
        async with submitting(ingress) as client:
            reply = await log_in(client)
        if reply == WRONG:
            break
    assert reply == WRONG
    async with submitting(ingress) as client:
        assert (await log_in(client, password="quite another one")).startswith("235 ")


async def test_a_remembered_password_is_not_believed_while_changes_cannot_be_read(ingress: Ingress) -> None:
    async with submitting(ingress) as client:
        assert (await log_in(client)).startswith("235 ")
    await ingress.platform.changes.stop()
    ingress.platform.changes._read_at -= 6
    async with submitting(ingress) as client:
        assert (await log_in(client)).startswith("451 4.3.0 ")
        await ingress.platform.changes.start()
        assert (await log_in(client)).startswith("235 ")


@pytest.mark.parametrize("listener", ["submission", "submissions"])
@pytest.mark.parametrize("auth_required", [True, False])
async def test_submission_asks_everybody_to_log_in(ingress: Ingress, listener: str, *, auth_required: bool) -> None:
    await ingress.change_settings(auth_required=auth_required)
    async with submitting(ingress, listener) as client:
        assert await client.say("MAIL FROM:<bob@example.org>") == AUTHENTICATION_REQUIRED
        assert await client.say("MAIL FROM:<>") == AUTHENTICATION_REQUIRED


@pytest.mark.parametrize(
    ("auth_required", "local_sender", "relaying"),
    [
        (True, AUTHENTICATION_REQUIRED, AUTHENTICATION_REQUIRED),
        (
            False,
            "550 5.7.1 Sending as a local address is not permitted from there",
            "550 5.7.1 Relaying is not permitted",
        ),
    ],
)
async def test_row_3_strangers(ingress: Ingress, local_sender: str, relaying: str, *, auth_required: bool) -> None:
    await ingress.change_settings(auth_required=auth_required)
    async with ingress.client() as client:
        assert await client.say("MAIL FROM:<ada@example.com>") == local_sender
        assert await client.say("MAIL FROM:<postmaster@example.com>") == local_sender
        assert (await client.say("MAIL FROM:<nobody@example.com>")).startswith("250 ")
        assert await client.say("RCPT TO:<eve@example.net>") == relaying
        assert (await client.say("RCPT TO:<ada@example.com>")).startswith("250 ")


async def test_row_10_a_sender_that_pretends_to_be_here(ingress: Ingress) -> None:
    async with submitting(ingress) as client:
        await log_in(client)
        assert (await client.say("MAIL FROM:<nobody@example.com>")).startswith("250 ")
        await client.say("RSET")
        await ingress.change_settings(strict_sender_domain=True)
        assert await client.say("MAIL FROM:<nobody@example.com>") == "550 5.1.0 No such sender here"
        assert (await client.say("MAIL FROM:<ada@example.com>")).startswith("250 ")
    async with ingress.client() as client:
        assert await client.say("MAIL FROM:<nobody@example.com>") == "550 5.1.0 No such sender here"
        assert (await client.say("MAIL FROM:<bob@example.org>")).startswith("250 ")


async def test_row_18_external_senders_have_a_limit_of_their_own(ingress: Ingress) -> None:
    message = b"Subject: a\r\n\r\n"
    await ingress.change_settings(max_external_message_size=len(message))
    async with ingress.client() as client:
        assert (await client.say("MAIL FROM:<bob@example.org> SIZE=14")).startswith("552 5.3.4 ")
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("552 5.3.4 ")
        await ingress.change_settings(max_external_message_size=len(message) + 1)
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
        assert (await client.deliver("", "ada@example.com", message + b"a\r\n")).startswith("552 5.3.4 ")
    async with submitting(ingress) as client:
        await log_in(client)
        assert (await client.deliver("ada@example.com", "ada@example.com", message * 10)).startswith("250 ")
        assert (await client.deliver("bob@example.org", "ada@example.com", message * 10)).startswith("552 5.3.4 ")


async def test_bare_line_ends_are_refused_from_strangers_and_mended_for_our_own(ingress: Ingress) -> None:
    message = b"Subject: a\r\n\r\none\ntwo\rthree\r\n"
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("550 5.5.2 ")
    async with submitting(ingress) as client:
        await log_in(client)
        assert (await client.deliver("ada@example.com", "ada@example.com", message)).startswith("250 ")
    (mail,) = ingress.accepted
    assert mail.content.octets == b"Subject: a\r\n\r\none\r\ntwo\r\nthree\r\n"  # type: ignore[union-attr]  # it is small
