"""Who is signed for on the way to other servers, told by servers that verify what they got with dkimpy."""

import asyncio
import time
from typing import Any

import dkim
import msgspec
import pytest
from tests.builders import an_envelope
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import LOSE_REPLY, Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import told
from tests.integration.processor.test_autoreply import reply_for
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.waiting import until
from tests.parts.mail_dkim import mail_dkim_verdicts

from mailcore import events
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.directory.dkim_key import DkimKey, DkimKeyFields
from mailcore.dkim.keys import Algorithm
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Client, Incoming, Marks
from mailcore.seal import Seal

ADA = "ada@example.com"
LETTER = (
    "From: Ada <ada@example.com>\r\nTo: bea@example.org\r\nSubject: 飛脚\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nMessage-ID: <1@example.com>\r\n\r\nお元気ですか \r\n\r\n"
).encode()


class Keys:
    """The keys of example.com, and what verifies by them."""

    def __init__(self, room: Mailroom) -> None:
        self._room = room
        self.made: dict[str, DkimKey] = {}

    async def store(self) -> DkimKeyStore:
        """Give the store that an operator uses, which does not ask DNS."""
        domain = (await EntityStore(self._room.platform.database, DomainKind()).get("example.com")).value
        return DkimKeyStore(self._room.platform.database, self._room.platform.seal, None, domain)

    async def make(self, selector: str, algorithm: Algorithm = "ed25519-sha256") -> None:
        """Make a key that signs."""
        store = await self.store()
        await store.create(DkimKeyFields(selector=selector, algorithm=algorithm), "test")
        self.made[selector] = (await store.patch(selector, {"state": "active"}, "test")).value

    def signers(self, message: bytes) -> list[str]:
        """Give the selectors of the signatures that hold; raises when one does not."""
        found = []
        for number in range(message.partition(b"\r\n\r\n")[0].count(b"DKIM-Signature:")):
            verifier = dkim.DKIM(message)
            assert verifier.verify(number, dnsfunc=self._record)
            found.append(verifier.signature_fields[b"s"].decode())
        return found

    def _record(self, name: bytes, timeout: float = 5) -> bytes:
        del timeout
        (value,) = [key.record.value for key in self.made.values() if f"{key.record.name}." == name.decode()]
        return value.encode()


@pytest.fixture
async def keys(room: Mailroom) -> Keys:
    return Keys(room)


def of(mail: Incoming, octets: bytes = LETTER, **changes: Any) -> Incoming:
    content = {"content": InlineContent(octets), "header_size": header_size(octets)}
    return msgspec.structs.replace(mail, **{**content, **changes})


def a_stranger() -> Client:
    return Client("192.0.2.9", 1, "client.example.net", "ESMTP", "smtp")


async def test_who_logged_in_is_signed_for_by_both_keys(room: Mailroom, keys: Keys) -> None:
    await keys.make("r", "rsa-sha256")
    await keys.make("e")
    async with told(room) as (story, relay):
        await story.send(of(story.mail("bea@example.org", "cas@example.org")))
    (received,) = relay.received
    assert keys.signers(received.content) == ["r", "e"]
    assert received.content.endswith(LETTER)
    assert {event.detail["signed_by"] for event in story.events(events.SENT)} == {
        "r._domainkey.example.com e._domainkey.example.com"
    }
    assert f"SIZE={len(received.content)}" in received.mail


@pytest.mark.real
async def test_mail_dkim_says_so_too(room: Mailroom, keys: Keys) -> None:
    await keys.make("r", "rsa-sha256")
    async with DnsServer() as server, told(room) as (story, relay):
        record = keys.made["r"].record
        server.add(f"{record.name} TXT " + " ".join(f'"{string}"' for string in record.strings))
        await story.send(of(story.mail()))
        assert await mail_dkim_verdicts([relay.received[0].content], server.port) == [{"r": "pass"}]


async def test_what_a_server_gets_in_7_bit_is_signed_in_7_bit(room: Mailroom, keys: Keys) -> None:
    await keys.make("e")
    async with Relay(offers=("PIPELINING",)) as plain, told(room) as (story, _):
        await story.set(routes={"example.org": plain.address})
        await story.send(of(story.mail(body="8BITMIME")))
    (received,) = plain.received
    assert received.content.isascii()
    assert keys.signers(received.content) == ["e"]


async def test_a_large_stored_body_is_signed(room: Mailroom, keys: Keys) -> None:
    octets = LETTER + "  飛脚\t\r\n".encode() * 50_000 + b"\r\n" * 1000
    await keys.make("e")
    async with told(room) as (story, relay):
        await story.send(await room.with_stored_content(of(story.mail()), octets))
    (received,) = relay.received
    assert keys.signers(received.content) == ["e"]
    assert received.content.endswith(octets)


@pytest.mark.parametrize(
    ("changes", "signers"),
    [
        ({"client": a_stranger()}, []),
        ({"client": a_stranger(), "marks": Marks(relay_permitted=True)}, ["e"]),
        ({"client": msgspec.structs.replace(a_stranger(), account="bea@example.com")}, ["e"]),
    ],
)
async def test_whom_we_do_not_know_we_do_not_sign_for(
    room: Mailroom, keys: Keys, changes: dict[str, Any], signers: list[str]
) -> None:
    await keys.make("e")
    async with told(room) as (story, relay):
        await story.send(of(story.mail(), **changes))
    assert keys.signers(relay.received[0].content) == signers


@pytest.mark.parametrize(
    "octets",
    [
        LETTER.replace(b"ada@example.com", b"ada@example.net"),
        LETTER.replace(b"ada@example.com", b"ada@sub.example.com"),
        b"From: ken@example.net\r\n" + LETTER,
        b"Subject: nobody wrote it\r\n\r\nx\r\n",
    ],
)
async def test_another_author_is_not_signed_for(room: Mailroom, keys: Keys, octets: bytes) -> None:
    await keys.make("e")
    async with told(room) as (story, relay):
        await story.send(of(story.mail(), octets))
    assert keys.signers(relay.received[0].content) == []
    assert "signed_by" not in story.events(events.SENT)[0].detail


async def test_what_the_server_writes_is_signed(room: Mailroom, keys: Keys) -> None:
    await keys.make("e")
    await reply_for(room, ADA)
    await forward(room, "bea@example.com", "ken@example.org", content="subject")
    async with told(room, hostname="mx.example.com") as (story, relay):
        relay.on("RCPT TO:<nobody@", "550 5.1.1 Nobody")
        stranger = of(
            story.room.message("x@example.com"),
            LETTER.replace(b"ada@example.com", b"sue@example.org").replace(b"bea@example.org", ADA.encode()),
            envelope=an_envelope(ADA, "bea@example.com", sender="sue@example.org"),
            accepted_at=time.time(),
        )
        refused = of(story.mail("nobody@example.org", sender="tim@example.org"))
        await story.send(stranger, refused)
    by_recipient = {one.recipients[0]: one.content for one in relay.received}
    assert sorted(by_recipient) == ["ken@example.org", "sue@example.org", "tim@example.org"]
    assert [keys.signers(content) for content in by_recipient.values()] == [["e"]] * 3
    assert b"From: Mail Delivery System <MAILER-DAEMON@mx.example.com>" in by_recipient["tim@example.org"]


async def test_a_strangers_mail_that_is_sent_on_whole_is_not_signed(room: Mailroom, keys: Keys) -> None:
    await keys.make("e")
    await forward(room, ADA, "ken@example.org")
    async with told(room) as (story, relay):
        envelope = an_envelope(ADA, sender="eve@example.net")
        await story.send(of(story.mail(), client=a_stranger(), envelope=envelope))
    assert relay.received[0].recipients == ["ken@example.org"]
    assert keys.signers(relay.received[0].content) == []


async def test_a_key_takes_over_within_a_second(room: Mailroom, keys: Keys) -> None:
    await keys.make("old")
    async with told(room) as (story, relay), story.processor():
        await room.publish(of(story.mail()))
        await until(lambda: len(relay.received) == 1)
        await keys.make("new")
        await asyncio.sleep(1)
        await room.publish(of(story.mail()))
        await until(lambda: len(relay.received) == 2)
        await (await keys.store()).patch("new", {"state": "retired"}, "test")
        await asyncio.sleep(1)
        await room.publish(of(story.mail()))
        await until(lambda: len(relay.received) == 3)
    assert [keys.signers(one.content) for one in relay.received] == [["old"], ["new"], []]


async def test_what_is_sent_again_is_the_same(room: Mailroom, keys: Keys) -> None:
    await keys.make("e")
    async with told(room) as (story, relay):
        relay.on("END", LOSE_REPLY, times=1)
        mail = of(story.mail(accepted_at=time.time() - 60))
        await story.send(mail)
    first, second = (one.content for one in relay.received)
    assert first == second
    assert f"t={int(mail.accepted_at)};".encode() in first
    assert keys.signers(first) == ["e"]


async def test_keys_that_do_not_open_leave_mail_unsigned_and_say_so(room: Mailroom, keys: Keys) -> None:
    await keys.make("e")
    store = DkimKeyStore(
        room.platform.database,
        Seal([b"\1" * 32]),
        None,
        (await EntityStore(room.platform.database, DomainKind()).get("example.com")).value,
    )
    await store.create(DkimKeyFields(selector="lost", algorithm="ed25519-sha256"), "another installation")
    await store.patch("lost", {"state": "active"}, "another installation")
    async with told(room) as (story, relay):
        await story.send(of(story.mail()))
    assert relay.received[0].content.endswith(LETTER)
    assert keys.signers(relay.received[0].content) == []
    assert story.events(events.SENT)[0].detail["unsigned"] == "the keys of example.com cannot be opened: lost"
