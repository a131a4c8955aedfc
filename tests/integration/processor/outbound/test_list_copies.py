"""Copies of posts on their way to other servers: under senders of their own, with links of their own."""

import time
from collections import Counter
from dataclasses import replace
from email import message_from_bytes

import msgspec
import pytest
from tests.fakes.relay import BARE, FULL, Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import ADA, a_post, add_many, expanded, make_list, posts
from tests.integration.processor.outbound.story import Story, told
from tests.integration.processor.waiting import until
from tests.list_builders import LIST

from mailcore import events
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.directory.dkim_key import DkimKeyFields
from mailcore.list_links import Link
from mailcore.mail.envelope import Recipient
from mailcore.mail.incoming import Incoming
from mailcore.verp import VerpMark

MEMBERS = [f"m{n}@example.org" for n in range(5)]


def now_(story: Story, mail: Incoming) -> Incoming:
    """Give a message that has just come: what is a year old is given up at once."""
    return msgspec.structs.replace(mail, accepted_at=story.mail().accepted_at)


def with_links(room: Mailroom, url: str = "https://lists.example.com/x") -> Mailroom:
    environment = room.platform.environment.model_copy(update={"public_url": url})
    return replace(room, platform=replace(room.platform, environment=environment))


async def make_key_for(room: Mailroom, domain: str) -> None:
    """Have a domain sign, without asking DNS."""
    owner = await room.platform.directory.domain(domain)
    assert owner is not None
    keys = DkimKeyStore(room.platform.database, room.platform.seal, None, owner)
    await keys.create(DkimKeyFields(selector="s1", algorithm="ed25519-sha256"), "test")
    await keys.patch("s1", {"state": "active"}, "test")


async def test_each_member_gets_a_transaction_under_a_sender_of_his_own(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        made = await make_list(room, *MEMBERS, posting="anyone")
        await story.send(now_(story, a_post(room)))
        assert relay.connections == 1
        assert sorted(one.recipients for one in relay.received) == [[member] for member in MEMBERS]
        bounces = made.address_of("bounces")
        senders = [one.mail.partition("<")[2].partition(">")[0] for one in relay.received]
        marks = {room.platform.verp.read(bounces, sender.split("+")[1].split("@")[0]) for sender in senders}
        assert marks == {VerpMark(n, 1) for n in range(1, 6)}
        assert len({one.content for one in relay.received}) == 1


async def test_without_senders_of_their_own_all_get_it_at_once(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS, verp=False, posting="anyone")
        await story.send(now_(story, a_post(room)))
        (one,) = relay.received
        assert sorted(one.recipients) == MEMBERS
        assert one.mail.startswith("MAIL FROM:<birds-bounces@example.com>")


@pytest.mark.parametrize("members", [3, 600])
async def test_copies_are_on_their_way_at_once(
    embedded_room: Mailroom, monkeypatch: pytest.MonkeyPatch, members: int
) -> None:
    """Nobody looks for jobs by himself here: hints say that there are some, of one range or of several."""
    monkeypatch.setattr("processor.jobs.worker.LOOK_SECONDS", 3600.0)
    async with told(embedded_room) as (story, relay):
        made = await make_list(embedded_room, verp=False, posting="anyone")
        await add_many(embedded_room, made, [f"m{n}@example.org" for n in range(members)])
        async with story.processor():
            await embedded_room.publish(now_(story, a_post(embedded_room)))
            await until(lambda: sum(len(one.recipients) for one in relay.received) == members, 30)


async def test_copies_ask_for_what_the_list_wants_whatever_its_author_asked_for(embedded_room: Mailroom) -> None:
    """RFC 3461 5.2.7.1: the list has the post, says the report; what a copy asks for is not derived from that."""
    async with told(embedded_room, delay_notice_seconds=5) as (story, relay):
        await make_list(embedded_room, "m1@example.org", posting="anyone", verp=False)
        relay.on("RCPT", "451 4.7.1 Greylisted", times=1)
        mail = msgspec.structs.replace(a_post(embedded_room), accepted_at=time.time() - 10)
        asking = Recipient(LIST, frozenset({"SUCCESS", "FAILURE", "DELAY"}), f"rfc822;{LIST}")
        envelope = msgspec.structs.replace(mail.envelope, recipients=(asking,), ret="FULL", envid="QQ1")
        await story.send(msgspec.structs.replace(mail, envelope=envelope))
        (copy,) = relay.received
    assert copy.mail.partition(" SIZE")[0] == "MAIL FROM:<birds-bounces@example.com>"
    assert "RET=" not in copy.mail
    assert "ENVID=" not in copy.mail
    assert copy.rcpts == ["RCPT TO:<m1@example.org> NOTIFY=FAILURE"]
    assert [(event.detail["action"], event.detail["to"]) for event in story.events(events.REPORTED)] == [
        ("delivered", mail.envelope.sender)
    ]


async def test_mailboxes_here_get_copies_without_a_link_since_nobody_signs_them(embedded_room: Mailroom) -> None:
    room = with_links(embedded_room)
    await make_key_for(room, "example.com")
    async with told(room) as (story, _):
        await make_list(room, MEMBERS[0], ADA, posting="anyone")
        await story.send(now_(story, a_post(room)))
        await until(lambda: room.files(ADA))
    copy = message_from_bytes(room.files(ADA)[0].read_bytes())
    assert copy["List-Unsubscribe"] == "<mailto:birds-request@example.com?subject=unsubscribe>"
    assert copy["List-Unsubscribe-Post"] is None


async def test_links_of_their_own_are_written_where_they_are_signed(embedded_room: Mailroom) -> None:
    room = with_links(embedded_room)
    await make_key_for(room, "example.com")
    async with told(room) as (story, relay):
        made = await make_list(room, *MEMBERS[:3], posting="anyone")
        await story.send(now_(story, a_post(room)))
        found = {}
        for one in relay.received:
            copy = message_from_bytes(one.content)
            link, by_mail = (part.strip()[1:-1] for part in copy["List-Unsubscribe"].split(","))
            assert link.startswith("https://lists.example.com/x/l/")
            assert by_mail == "mailto:birds-request@example.com?subject=unsubscribe"
            assert copy["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            signature = "".join(copy["DKIM-Signature"].split()).lower()
            assert "d=example.com;" in signature
            signed = signature.partition(";h=")[2].partition(";")[0].split(":")
            assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed)
            found[one.recipients[0]] = room.platform.list_links.read(link.rpartition("/")[2])
        assert found == {MEMBERS[n]: Link(made.id, n + 1) for n in range(3)}


@pytest.mark.parametrize(("url", "is_signed"), [("https://lists.example.com", False), ("http://lists.test", True)])
async def test_links_are_not_written_where_nobody_signs_or_without_tls(
    embedded_room: Mailroom, url: str, *, is_signed: bool
) -> None:
    room = with_links(embedded_room, url)
    if is_signed:
        await make_key_for(room, "example.com")
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS[:1], posting="anyone")
        await story.send(now_(story, a_post(room)))
        copy = message_from_bytes(relay.received[0].content)
        assert copy["List-Unsubscribe"] == "<mailto:birds-request@example.com?subject=unsubscribe>"
        assert copy["List-Unsubscribe-Post"] is None
        assert (copy["DKIM-Signature"] is not None) == is_signed


async def test_a_server_that_takes_few_messages_in_one_session_is_asked_again(embedded_room: Mailroom) -> None:
    async with told(embedded_room) as (story, relay):
        made = await make_list(embedded_room, "ada@example.com")
        await add_many(embedded_room, made, [f"m{n}@example.org" for n in range(25)])
        relay.on("MAIL FROM:<birds-bounces+", "421 4.7.0 Enough for now", times=3)
        await story.send(now_(story, a_post(embedded_room)), seconds=30)
        got = sorted(one.recipients[0] for one in relay.received)
        assert got == sorted(f"m{n}@example.org" for n in range(25))
        assert relay.connections >= 4


@pytest.mark.parametrize("offers", [FULL, BARE])
@pytest.mark.parametrize("verp", [True, False])
async def test_of_a_job_each_member_is_answered_for_himself(
    embedded_room: Mailroom, offers: tuple[str, ...], *, verp: bool
) -> None:
    """A hundred in one job, with PIPELINING and without: some taken, some put off, some refused for good."""
    room, taken = embedded_room, [f"m{n}@example.org" for n in range(80)]
    later, never = [f"later{n}@example.org" for n in range(10)], [f"never{n}@example.org" for n in range(10)]
    async with told(room) as (story, _), Relay(offers=offers) as relay:
        await story.set(routes={"example.org": relay.address})
        await add_many(room, await make_list(room, posting="anyone", verp=verp), [*taken, *later, *never])
        relay.on("RCPT TO:<later", "451 4.2.1 Not now", times=len(later))
        relay.on("RCPT TO:<never", "550 5.1.1 Nobody of that name")
        await story.send(now_(story, a_post(room)), seconds=60)
    got = Counter(address for one in relay.received for address in one.recipients)
    assert got == Counter([*taken, *later])
    asked = Counter(line.partition("<")[2].partition(">")[0] for line in relay.lines if line.startswith("RCPT TO:"))
    assert asked == Counter([*taken, *later, *later, *never])
    # Under senders of their own each is reported to the list for himself.
    assert len(story.events(events.LIST_BOUNCED)) == (len(never) if verp else 1)


async def test_a_member_whose_server_takes_nothing_so_large_is_reported(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room) as (story, _), Relay(offers=("SIZE 100",)) as relay:
        await story.set(routes={"example.org": relay.address})
        await make_list(room, *MEMBERS, posting="anyone")
        await story.send(now_(story, a_post(room)))
    assert relay.received == []
    assert len(story.events(events.LIST_BOUNCED)) == len(MEMBERS)


async def test_a_refused_member_is_reported_to_the_list_under_his_own_sender(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS[:3], posting="anyone")
        relay.on("RCPT TO:<m1@", "550 5.1.1 Nobody of that name")
        await room.publish(now_(story, a_post(room)))
        async with story.processor():
            await until(lambda: expanded(room))
            await until(lambda: bool(story.events(events.LIST_RETURNED)), 15)
        reported = story.events(events.REPORTED)
        assert len(reported) == 1
        returned = [trace for trace in room.heard.traces if any(e.what == events.LIST_RETURNED for e in trace.events)]
        (who,) = {one.address for trace in returned for one in trace.recipients}
        token = who.partition("+")[2].partition("@")[0]
        assert room.platform.verp.read("birds-bounces@example.com", token) == VerpMark(2, 1)
        assert sorted(one.recipients[0] for one in relay.received) == ["m0@example.org", "m2@example.org"]


async def test_a_list_that_changes_nothing_sends_what_came(embedded_room: Mailroom) -> None:
    """Below the fields that the list adds, what came is there octet for octet: signatures hold."""
    room = embedded_room
    async with told(room) as (story, relay):
        await make_list(room, "m1@example.org", subject_tag=None, dmarc="none", posting="anyone")
        mail = now_(story, a_post(room, more=b"DKIM-Signature: v=1; b=\r\n abc\r\nX-Odd:   spaces  \r\n"))
        await story.send(mail)
        sent = relay.received[0].content
        came = mail.content.octets  # type: ignore[union-attr]  # small
        header, _, body = came.partition(b"\r\n\r\n")
        assert header + b"\r\n" in sent
        assert sent.endswith(b"\r\n\r\n" + body)
    assert [row["number"] for row in await posts(room)] == [1]
