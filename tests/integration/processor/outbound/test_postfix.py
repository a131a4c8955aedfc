"""Mail to a real Postfix: what its makers read in the RFCs is not what we read in them by ourselves."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from tests.fakes.authority import Issued
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story
from tests.integration.processor.outbound.test_failures import by_dns
from tests.integration.processor.waiting import until
from tests.parts.postfix import Postfix

from mailcore import events
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Recipient
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming
from processor.outbound.client.timeouts import Timeouts

pytestmark = pytest.mark.real

CERTIFICATE = Issued.root().server("mx.example.org")
MIB = 1024 * 1024


def postfix(directory: Path, **settings: str) -> Postfix:
    """Give a Postfix with a certificate that needs `settings`."""
    pem = directory / "postfix.pem"
    pem.write_bytes(CERTIFICATE.pem)
    tls = {"smtpd_tls_security_level": "may", "smtpd_tls_chain_files": str(pem)}
    return Postfix(mailboxes=("bea", "cas", "dörte"), settings=tls | settings)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    """Give a Postfix that says of some recipients what no mailbox would."""
    says = {
        "full@example.org": "452 4.2.2 The mailbox is full",
        "gone@example.org": "550 5.1.6 She has moved",
        "denied@example.org": "554 5.7.1 Not from you",
    }
    access = ", ".join(f"{{{address} = {reply}}}" for address, reply in says.items())
    with postfix(
        tmp_path_factory.mktemp("postfix"),
        smtpd_recipient_restrictions=f"check_recipient_access inline:{{{access}}}, permit_mynetworks, reject",
    ) as made:
        yield made


@asynccontextmanager
async def told(room: Mailroom, server: Postfix, **settings: object) -> AsyncIterator[Story]:
    """Give a story whose mail for example.org goes to Postfix, held to its TLSA record."""
    owner = f"_{server.port}._tcp.mx.example.org"
    zone = ("example.org MX 10 mx.example.org.", "mx.example.org A 127.0.0.1", "example.org MX AD")
    tlsa = f"{owner} TLSA 3 1 1 {sha256(CERTIFICATE.spki).hexdigest()}"
    async with DnsServer(*zone, "mx.example.org A AD", tlsa, f"{owner} TLSA AD") as dns:
        story = Story(room, timeouts=Timeouts(connect=5, greeting=30, hello=30, quit=0.5))
        await story.set(port=server.port, **{**AT_ONCE, "dane": True, **settings})
        story.room = replace(room, platform=by_dns(room, dns))
        yield story


def with_content(mail: Incoming, octets: bytes) -> Incoming:
    return msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))


async def arrived(server: Postfix, name: str, marker: bytes) -> bytes:
    """Wait for the message with `marker` in a mailbox, and give what its sender wrote, CRLF-ended."""
    found: list[bytes] = []

    def look() -> bool:
        found[:] = [mail for mail in server.mails(name) if marker in mail]
        return bool(found)

    await until(look, 30)
    (mail,) = found
    return mail.replace(b"\n", b"\r\n")


async def test_all_that_it_offers_is_used(embedded_room: Mailroom, server: Postfix) -> None:
    octets = "Subject: Grüße\r\nX-Mark: all\r\n\r\n.\r\n..\r\nfür dich\r\n.From here\r\n".encode()
    async with told(embedded_room, server) as story:
        mail = story.mail("bea@example.org", "dörte@example.org", body="8BITMIME", smtputf8=True)
        await story.send(with_content(mail, octets))
    for name in ("bea", "dörte"):
        found = await arrived(server, name, b"X-Mark: all")
        assert found.partition(b"\r\n\r\n")[2] == octets.partition(b"\r\n\r\n")[2]
        assert "Subject: Grüße\r\n".encode() in found
    sent = story.events(events.SENT)
    assert {event.detail["tls_policy"] for event in sent} == {"DANE"}
    assert all("verified" in event.detail["tls"] for event in sent)
    assert any("ehlo=2 starttls=1 mail=1 rcpt=2 bdat=2" in line for line in server.log().splitlines())


async def test_each_recipient_has_its_own_answer(embedded_room: Mailroom, server: Postfix) -> None:
    names = ("bea", "full", "gone", "denied", "nobody", "cas")
    async with told(embedded_room, server) as story, story.processor():
        mail = story.mail(*(f"{name}@example.org" for name in names))
        await embedded_room.publish(with_content(mail, b"Subject: x\r\nX-Mark: each\r\n\r\nhello\r\n"))
        await until(lambda: story.events(events.REPORTED), 30)
    for name in ("bea", "cas"):
        await arrived(server, name, b"X-Mark: each")
    told_of = {event.recipient: event.reply or "" for event in story.events(events.NOT_SENT)}
    assert told_of["gone@example.org"] == "550 5.1.6 <gone@example.org>: Recipient address rejected: She has moved"
    assert told_of["denied@example.org"].startswith("554 5.7.1")
    assert told_of["nobody@example.org"].startswith("550 5.1.1")
    assert set(told_of) == {f"{name}@example.org" for name in ("gone", "denied", "nobody")}
    assert {event.recipient for event in story.events(events.JOB_FAILED)} == {"full@example.org"}
    (job,) = [job for job in await embedded_room.jobs() if job.kind == "outbound"]
    assert job.recipients == ("full@example.org",)


@pytest.mark.slow
@pytest.mark.parametrize("offers", ["chunking", "no chunking"])
async def test_25_mebibytes_arrive_as_they_were(embedded_room: Mailroom, tmp_path: Path, offers: str) -> None:
    octets = f"Subject: large\r\nX-Mark: {offers}\r\n\r\n".encode()
    octets += (b"." + b"y" * 75 + b"\r\n") * (25 * MIB // 78)
    keywords = "chunking" if offers == "no chunking" else ""
    with postfix(tmp_path, smtpd_discard_ehlo_keywords=keywords) as server:
        async with told(embedded_room, server) as story:
            await story.send(await embedded_room.with_stored_content(story.mail(), octets), seconds=90)
        found = await arrived(server, "bea", b"X-Mark: " + offers.encode())
        assert sha256(found[-len(octets) + 40 :]).digest() == sha256(octets[40:]).digest()
        assert ("bdat=" in server.log()) == (offers == "chunking")


async def test_a_message_larger_than_it_takes_is_not_even_begun(embedded_room: Mailroom, tmp_path: Path) -> None:
    with postfix(tmp_path, message_size_limit="1000") as server:
        async with told(embedded_room, server) as story:
            await story.send(with_content(story.mail(), b"Subject: large\r\n\r\n" + b"y" * 2000 + b"\r\n"))
        assert " data=" not in server.log()
        assert "bdat=" not in server.log()
    (failed,) = story.events(events.NOT_SENT)
    assert failed.detail["reason"].endswith("the server takes 1000")


@pytest.mark.parametrize("offers", ["chunking", "no chunking"])
async def test_one_that_is_refused_late_does_not_cost_the_next_one(
    embedded_room: Mailroom, tmp_path: Path, offers: str
) -> None:
    refusing = "check_sender_access inline:{{bea@example.com = 554 5.7.1 Not from you}}"
    keywords = "chunking" if offers == "no chunking" else ""
    with postfix(tmp_path, smtpd_data_restrictions=refusing, smtpd_discard_ehlo_keywords=keywords) as server:
        async with told(embedded_room, server, reuse_seconds=60) as story, story.processor():
            await embedded_room.publish(story.mail(sender="bea@example.com"))
            await until(lambda: story.events(events.NOT_SENT), 30)
            await embedded_room.publish(with_content(story.mail(), b"Subject: x\r\nX-Mark: next\r\n\r\nhello\r\n"))
            await until(lambda: story.events(events.SENT), 30)
        await arrived(server, "bea", b"X-Mark: next")
        # In one session.
        await until(lambda: " mail=2 " in server.log(), 30)
    (refused,) = story.events(events.NOT_SENT)
    assert (refused.reply or "").startswith("554 5.7.1")


async def greylist(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[str]) -> None:
    """Answer Postfix's policy protocol: who comes for the first time is to come again."""
    while request := await reader.readuntil(b"\n\n"):
        attributes = dict(line.split("=", 1) for line in request.decode().strip().split("\n"))
        triplet = " ".join(attributes[key] for key in ("client_address", "sender", "recipient"))
        action = "DUNNO" if triplet in seen else "450 4.2.0 Greylisted, come again"
        seen.append(triplet)
        writer.write(f"action={action}\n\n".encode())
        await writer.drain()


async def test_greylisting_costs_one_attempt(embedded_room: Mailroom, tmp_path: Path) -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await greylist(reader, writer, seen)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    service = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = service.sockets[0].getsockname()[1]
    policy = f"check_policy_service inet:127.0.0.1:{port}, permit_mynetworks, reject"
    with postfix(tmp_path, smtpd_recipient_restrictions=policy) as server:
        async with told(embedded_room, server) as story:
            mail = with_content(story.mail(), b"Subject: x\r\nX-Mark: grey\r\n\r\nhello\r\n")
            await story.send(mail, seconds=60)
        await arrived(server, "bea", b"X-Mark: grey")
    service.close()
    (put_off,) = story.events(events.JOB_FAILED)
    assert put_off.reply == "450 4.2.0 <bea@example.org>: Recipient address rejected: Greylisted, come again"
    assert len(story.events(events.SENT)) == 1
    assert story.files("ada@example.com") == []


async def test_it_reports_itself_as_the_sender_asked(embedded_room: Mailroom, tmp_path: Path) -> None:
    async with Relay() as back:
        with postfix(tmp_path, relayhost=f"[127.0.0.1]:{back.port}") as server:
            async with told(embedded_room, server) as story:
                recipient = Recipient("bea@example.org", notify=frozenset({"SUCCESS"}), original="rfc822;b@example.com")
                await story.send(story.mail(recipient, envid="QQ314159", ret="HDRS"))
            await until(lambda: back.received, 30)
    (report,) = back.received
    assert report.recipients == ["ada@example.com"]
    assert b"Original-Envelope-Id: QQ314159" in report.content
    assert b"Original-Recipient: rfc822;b@example.com" in report.content
    assert b"Action: delivered" in report.content
    # The duty to report went over with the message.
    assert story.events(events.REPORTED) == []
