"""Posts whose authors' domains publish a DMARC policy, told by servers that verify what they got with dkimpy."""

import time
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import dkim
import msgspec
import pytest
from tests.builders import an_envelope
from tests.fakes.relay import Received
from tests.fakes.resolver import ScriptedResolver
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import LIST, make_list
from tests.integration.processor.outbound.story import told
from tests.integration.processor.outbound.test_list_copies import with_links
from tests.unit.mailcore.authentication.signing import examined, records, resolver, rsa_record, sealed, signed

from mailcore import events
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.directory.dkim_key import DkimKey, DkimKeyFields
from mailcore.dkim.keys import Algorithm
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Client, Incoming, Marks

POST = (
    "From: =?UTF-8?B?6be6?= <bob@example.org>\r\nTo: birds@example.com\r\nSubject: herons\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nMessage-ID: <1@example.org>\r\n"
    "\r\nA  heron: 鷺 \r\n\r\n"
).encode()
REJECT = {"_dmarc.example.org": b"v=DMARC1; p=reject"}
PLAIN: dict[str, Any] = {"posting": "anyone", "subject_tag": None}


async def a_post(room: Mailroom, octets: bytes, dns: dict[str, bytes] = REJECT) -> Incoming:
    """Give a stranger's post as ingress has examined it."""
    found = await examined(octets, resolver(records() | dns), now=time.time())
    mail = room.message(envelope=an_envelope(LIST, sender="bob@example.org"))
    return msgspec.structs.replace(
        mail,
        content=InlineContent(octets),
        header_size=header_size(octets),
        accepted_at=time.time(),
        client=Client("192.0.2.1", 1, "client.example.org", "ESMTP", "smtp"),
        marks=Marks(authentication=found),
        server="mx.example.com",
    )


async def make_key(room: Mailroom, algorithm: Algorithm = "rsa-sha256") -> DkimKey:
    """Have example.com sign."""
    owner = await room.platform.directory.domain("example.com")
    assert owner is not None
    keys = DkimKeyStore(room.platform.database, room.platform.seal, None, owner)
    await keys.create(DkimKeyFields(selector="s1", algorithm=algorithm), "test")
    return (await keys.patch("s1", {"state": "active"}, "test")).value


def verified(octets: bytes, key: DkimKey | None = None) -> list[str]:
    """Give the domains of the signatures, from the top, of which dkimpy says that they hold."""
    known = {b"rsa._domainkey.example.org.": rsa_record()}
    if key is not None:
        known[f"{key.record.name}.".encode()] = key.record.value.encode()
    found = []
    for number in range(octets.partition(b"\r\n\r\n")[0].count(b"DKIM-Signature:")):
        verifier = dkim.DKIM(octets)
        with suppress(dkim.ValidationError):
            if verifier.verify(number, dnsfunc=lambda name, **_: known.get(name)):
                found.append(verifier.signature_fields[b"d"].decode())
    return found


def read(received: Received) -> EmailMessage:
    return message_from_bytes(received.content, policy=policy.default)


async def test_a_list_that_changes_nothing_keeps_the_authors_signature(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", "bea@example.com", dmarc="munge", **PLAIN)
        await story.send(await a_post(room, signed(POST)))
    (received,) = relay.received
    assert verified(received.content) == ["example.org"]
    assert str(read(received)["From"]) == "鷺 <bob@example.org>"
    (detail,) = [event.detail for event in story.events(events.LIST_OPENED)]
    assert (detail["author_policy"], detail["dmarc"]) == ("reject", "none")
    # In a mailbox here too, where lines end as its files have it.
    (file,) = story.files("bea@example.com")
    assert verified(file.replace(b"\n", b"\r\n")) == ["example.org"]


@pytest.mark.parametrize("dmarc", ["munge", "wrap"])
async def test_a_signature_that_the_list_breaks_is_not_relied_on(embedded_room: Mailroom, dmarc: str) -> None:
    room = embedded_room
    key = await make_key(room)
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", dmarc=dmarc, posting="anyone", footer_text="below")
        await story.send(await a_post(room, came := signed(POST)))
    message = read(relay.received[0])
    (mailbox,) = message["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("鷺 via birds", LIST)
    assert str(message["Reply-To"]) == "鷺 <bob@example.org>"
    assert message["Subject"] == "[birds] herons"
    # What receivers judge by DMARC is the list's own domain, which has signed.
    assert verified(relay.received[0].content, key) == ["example.com"]
    (detail,) = [event.detail for event in story.events(events.LIST_OPENED)]
    assert (detail["author_policy"], detail["dmarc"]) == ("reject", dmarc)
    if dmarc == "wrap":
        octets = relay.received[0].content
        attached = octets[octets.rindex(b"DKIM-Signature") :][: len(came)]
        assert attached == came


async def test_what_no_policy_is_known_of_stays_from_its_author(embedded_room: Mailroom) -> None:
    async with told(embedded_room) as (story, relay):
        await make_list(embedded_room, "m1@example.org", dmarc="munge", posting="anyone")
        await story.send(await a_post(embedded_room, POST, {}))
    assert str(read(relay.received[0])["From"]) == "鷺 <bob@example.org>"


@pytest.mark.parametrize(("dns", "expected"), [(REJECT, LIST), ({}, "bob@example.org")])
async def test_dns_is_asked_of_authors_that_nobody_examined(
    embedded_room: Mailroom, dns: dict[str, bytes], expected: str
) -> None:
    known: ScriptedResolver = resolver(dns)
    room = replace(embedded_room, platform=replace(embedded_room.platform, resolver=known))
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", dmarc="munge", posting="anyone")
        await story.send(msgspec.structs.replace(await a_post(room, POST), marks=Marks(relay_permitted=True)))
    (mailbox,) = read(relay.received[0])["From"].addresses
    assert mailbox.addr_spec == expected
    assert known.queries.count("_dmarc.example.org TXT") == 1


async def test_the_lists_signature_covers_the_link_that_each_member_has(embedded_room: Mailroom) -> None:
    room = with_links(embedded_room)
    key = await make_key(room)
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", "m2@example.org", dmarc="munge", **PLAIN)
        await story.send(await a_post(room, signed(POST)))
    assert len({read(one)["List-Unsubscribe"] for one in relay.received}) == 2
    for one in relay.received:
        assert verified(one.content, key) == ["example.com", "example.org"]
        for old, new in ((b"/l/", b"/m/"), (b"=One-Click", b"=Two-Click"), (b"List-Unsubscribe-Post", b"X-Removed")):
            assert old in one.content
            assert verified(one.content.replace(old, new), key) == ["example.org"]


@pytest.mark.parametrize("octets", [POST, sealed(signed(POST))])
@pytest.mark.parametrize("fields", [PLAIN, {"posting": "anyone", "footer_text": "below"}])
async def test_a_post_is_sealed_once_for_all_its_copies(
    embedded_room: Mailroom, octets: bytes, fields: dict[str, Any]
) -> None:
    room = with_links(embedded_room)
    key = await make_key(room)
    members = [f"m{n}@example.org" for n in range(3)]
    async with told(room, hostname="mx.example.com", arc_seal=True) as (story, relay):
        await make_list(room, *members, "bea@example.com", dmarc="munge", **fields)
        await story.send(await a_post(room, octets))
    assert sorted(one.recipients[0] for one in relay.received) == members
    known = {f"{key.record.name}.".encode(): key.record.value.encode()}
    seals = set()
    for one in relay.received:
        chain, sets, why = dkim.arc_verify(one.content, dnsfunc=lambda name, **_: known.get(name, rsa_record()))
        assert (chain, why) == (b"pass", "success")
        assert len(sets) == 1 + octets.count(b"ARC-Seal:")
        assert verified(one.content, key)[0] == "example.com"
        seals.add(one.content.partition(b"DKIM-Signature:")[0])
    (seal,) = seals
    assert seal.count(b"d=example.com;") == 2
    assert {event.detail["sealed_by"] for event in story.events(events.SENT)} == {"s1._domainkey.example.com"}
    (file,) = story.files("bea@example.com")
    assert file.count(b"ARC-Seal:") == octets.count(b"ARC-Seal:")


@pytest.mark.parametrize(("setting", "marks"), [(False, None), (True, Marks(relay_permitted=True))])
async def test_what_is_not_to_be_sealed(embedded_room: Mailroom, setting: bool, marks: Marks | None) -> None:
    await make_key(embedded_room)
    async with told(embedded_room, arc_seal=setting) as (story, relay):
        await make_list(embedded_room, "m1@example.org", **PLAIN)
        mail = await a_post(embedded_room, POST)
        await story.send(mail if marks is None else msgspec.structs.replace(mail, marks=marks))
    assert b"ARC-" not in relay.received[0].content


async def test_a_list_that_is_a_member_of_another_names_the_first_alone(embedded_room: Mailroom) -> None:
    dns = resolver({"_dmarc.example.com": b"v=DMARC1; p=reject"})
    room = replace(embedded_room, platform=replace(embedded_room.platform, resolver=dns))
    key = await make_key(room)
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", address="fish@example.com", dmarc="munge", posting="anyone")
        await make_list(room, "fish@example.com", dmarc="munge", posting="anyone")
        await story.send(await a_post(room, signed(POST)))
    (mailbox,) = read(relay.received[0])["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("鷺 via birds", LIST)
    assert str(read(relay.received[0])["Reply-To"]) == "鷺 <bob@example.org>"
    assert verified(relay.received[0].content, key) == ["example.com"]
