"""Row 22 at the port: what this system's own processors bring, past a load balancer and under TLS too."""

import asyncio
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.builders import CLIENT, MESSAGE, MESSAGE_ID
from tests.fakes.smtp_client import SmtpClient
from tests.fakes.tls import client_context
from tests.integration.ingress.running import Ingress, running
from tests.unit.mailcore.test_reentry import THEIRS

from mailcore.ids import derived_id
from mailcore.mail.incoming import Marks
from mailcore.reentry import Reentry
from mailcore.settings.endpoint import Endpoint
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.timeouts import Timeouts
from processor.reentry.door import Brought, Door

ADA = "ada@example.com"
WHAT = Reentry(
    id=derived_id(MESSAGE_ID, "reenter", ADA),
    root=MESSAGE_ID,
    parent=MESSAGE_ID,
    client=CLIENT,
    marks=Marks(external_sender=True, caught=True),
    added=30,
)


def outgoing(octets: bytes = MESSAGE, sender: str = "bob@example.net", *, has_utf8_header: bool = False) -> Outgoing:
    async def pieces() -> AsyncIterator[bytes]:
        yield octets

    return Outgoing(
        sender=sender, size=len(octets), pieces=pieces, is_8bit=not octets.isascii(), has_utf8_header=has_utf8_header
    )


async def brought(
    ingress: Ingress, mail: Outgoing | None = None, what: Reentry = WHAT, to: str = ADA, *, is_away: bool = False
) -> Brought:
    door = Door(ingress.platform.reentry, Timeouts(), client_context(), time.time, is_away=lambda _endpoint: is_away)
    endpoint = Endpoint("127.0.0.1", ingress.ports["smtp"])
    return await door.bring(endpoint, "mx.example.com", mail or outgoing(), what, Addressee(to))


@pytest.mark.parametrize("is_away", [False, True])
async def test_it_is_what_is_sealed(ingress: Ingress, *, is_away: bool) -> None:
    answer = await brought(ingress, is_away=is_away)
    assert str(answer.answer.reply) == f"250 2.0.0 Accepted as {WHAT.id}"
    assert (answer.is_under_tls, answer.knows_dsn) == (is_away, True)
    (mail,) = ingress.accepted
    assert (mail.id, mail.root, mail.client, mail.begun) == (WHAT.id, MESSAGE_ID, CLIENT, True)
    assert mail.marks == Marks(external_sender=True, caught=True, via_mta=True)
    story = await ingress.story("bob@example.net")
    assert story.client_ip == CLIENT.ip
    (accepted,) = (event for event in story.events if event.what == "sender_accepted")
    assert accepted.detail["came_of"] == str(MESSAGE_ID)


async def test_past_a_load_balancer(tmp_path: Path) -> None:
    async with running(tmp_path, proxy_networks=(ip_network("127.0.0.0/8"),)) as ingress:
        assert (await brought(ingress)).answer.is_success
        assert (await brought(ingress, is_away=True)).answer.is_success
        forged = f"XPASS {THEIRS.pass_at(time.time())}\r\n".encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", ingress.ports["smtp"])
        writer.write(forged)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
        assert len(ingress.accepted) == 2


async def test_what_was_added_is_not_held_against_it(ingress: Ingress) -> None:
    await ingress.change_settings(max_message_size=len(MESSAGE) - WHAT.added)
    assert (await brought(ingress)).answer.is_success
    larger = await brought(ingress, outgoing(MESSAGE + b"x\r\n"))
    assert str(larger.answer.reply).startswith("552 5.3.4 ")


async def test_any_script_and_size(ingress: Ingress) -> None:
    await ingress.make_account("飛脚@example.com")
    octets = "Subject: 速達\r\n\r\n".encode() + "本文。\r\n".encode() * 20_000
    answer = await brought(ingress, outgoing(octets, "ボブ@example.net", has_utf8_header=True), to="飛脚@example.com")
    assert answer.answer.is_success, answer
    (mail,) = ingress.accepted
    assert (mail.envelope.sender, mail.envelope.recipients[0].address) == ("ボブ@example.net", "飛脚@example.com")
    assert mail.size == len(octets)


async def test_who_has_a_pass_brings_nothing_else(ingress: Ingress) -> None:
    keys = ingress.platform.reentry
    async with ingress.client() as client, ingress.client() as other:
        challenges = []
        for one in (client, other):
            reply = await one.say(f"XPASS {keys.pass_at(time.time())}")
            challenges.append(reply.removeprefix("250 2.0.0 "))
        assert challenges[0] != challenges[1]
        assert (await client.say(f"XREENTRY {keys.sealed(WHAT, challenges[1])}")).startswith("550 5.7.1 ")
        assert (await client.say("MAIL FROM:<bob@example.net>")).startswith("550 5.7.1 ")
        assert (await client.say(f"XREENTRY {keys.sealed(WHAT, challenges[0])}")).startswith("250 2.0.0 ")
        assert (await client.begin("bob@example.net", ADA)).startswith("250 2.1.5 ")
        assert (await client.say(f"XREENTRY {keys.sealed(WHAT, challenges[0])}")).startswith("503 5.5.1 ")
        # It holds for one transaction.
        assert (await client.say("RSET")).startswith("250 2.0.0 ")
        assert (await client.say("MAIL FROM:<bob@example.net>")).startswith("550 5.7.1 ")
    assert ingress.accepted == []


async def test_starttls_forgets_who_it_was(ingress: Ingress) -> None:
    keys = ingress.platform.reentry
    async with ingress.client() as client:
        challenge = (await client.say(f"XPASS {keys.pass_at(time.time())}")).removeprefix("250 2.0.0 ")
        await client.start_tls(client_context())
        assert (await client.say(f"XREENTRY {keys.sealed(WHAT, challenge)}")).startswith("502 5.5.1 ")


async def test_what_ends_inside_is_not_kept(ingress: Ingress) -> None:
    """Row 5 off: the job brings it again, so nothing of it is kept."""
    await ingress.change_settings(discard_incomplete=False)
    keys = ingress.platform.reentry
    async with SmtpClient.connected(ingress.ports["smtp"]) as client:
        await client.greeted()
        challenge = (await client.say(f"XPASS {keys.pass_at(time.time())}")).removeprefix("250 2.0.0 ")
        await client.say(f"XREENTRY {keys.sealed(WHAT, challenge)}")
        await client.begin("bob@example.net", ADA)
        await client.say("DATA")
        await client.write(b"Subject: half\r\n\r\nbo")
    story = await ingress.story("bob@example.net")
    await asyncio.sleep(0.2)
    assert story.outcome == "aborted"
    assert ingress.accepted == []
