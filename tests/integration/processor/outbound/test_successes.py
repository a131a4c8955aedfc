"""What senders hear of mail that arrived, where they asked for it (RFC 3461), as independent readers see it."""

import time
from email import message_from_bytes
from typing import Any

import msgspec
from flufl.bounce import all_failures
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story, retried, told
from tests.integration.processor.test_resolving import change

from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AliasKind
from mailcore.directory.alias import AliasFields
from mailcore.mail.content import StoredContent
from mailcore.mail.envelope import Recipient

SUCCESS = frozenset({"SUCCESS", "FAILURE"})


def fields(report: bytes) -> list[dict[str, str]]:
    parts: Any = message_from_bytes(report).get_payload()
    assert parts[1].get_content_type() == "message/delivery-status"
    return [dict(group.items()) for group in parts[1].get_payload()]


def reports(story: Story, address: str) -> list[bytes]:
    return [octets for octets in story.files(address) if b"multipart/report" in octets]


async def make_alias(room: Mailroom, address: str, *to: str) -> None:
    await EntityStore(room.platform.database, AliasKind()).create(AliasFields(address=address, to=to), "test")


async def test_a_copy_in_its_mailbox_is_told_once_with_envid_and_orcpt(room: Mailroom) -> None:
    story = Story(room)
    await story.set(**AT_ONCE)
    mail = story.mail(Recipient("bea@example.com", SUCCESS, "rfc822;bea+2B1@example.com"), envid="QQ1", ret="FULL")
    await story.send(mail)
    await story.send(msgspec.structs.replace(mail, begun=True))
    (report,) = reports(story, "ada@example.com")
    about, recipient = fields(report)
    assert about["Original-Envelope-Id"] == "QQ1"
    assert recipient["Original-Recipient"] == "rfc822; bea+1@example.com"
    assert (recipient["Final-Recipient"], recipient["Action"], recipient["Status"]) == (
        "rfc822; bea@example.com",
        "delivered",
        "2.0.0",
    )
    # RET is about what failed; a success returns the header section, and is no bounce to who reads bounces.
    assert b"How are you?" not in report
    assert all_failures(message_from_bytes(report)) == (frozenset(), frozenset())


async def test_an_alias_with_several_is_expanded_and_one_with_one_is_passed(embedded_room: Mailroom) -> None:
    async with told(embedded_room) as (story, relay):
        await make_alias(embedded_room, "team@example.com", "bea@example.com", "ken@example.org")
        await make_alias(embedded_room, "one@example.com", "zoe@example.org")
        await story.send(story.mail(Recipient("team@example.com", SUCCESS), Recipient("one@example.com", SUCCESS)))
    (report,) = reports(story, "ada@example.com")
    assert [(one["Final-Recipient"], one["Action"]) for one in fields(report)[1:]] == [
        ("rfc822; team@example.com", "expanded")
    ]
    asked = sorted(line for one in relay.received for line in one.rcpts)
    assert asked == [
        "RCPT TO:<ken@example.org> NOTIFY=FAILURE",
        "RCPT TO:<zoe@example.org> NOTIFY=SUCCESS,FAILURE",
    ]


async def test_recipients_that_share_a_mailbox_are_each_told_of(embedded_room: Mailroom) -> None:
    story = Story(embedded_room)
    await story.set(**AT_ONCE)
    await make_alias(embedded_room, "b@example.com", "bea@example.com")
    await story.send(story.mail(Recipient("bea@example.com", SUCCESS), Recipient("b@example.com", SUCCESS)))
    assert len(story.files("bea@example.com")) == 1
    (report,) = reports(story, "ada@example.com")
    assert [one["Final-Recipient"] for one in fields(report)[1:]] == [
        "rfc822; bea@example.com",
        "rfc822; b@example.com",
    ]


async def test_who_did_not_ask_or_is_nobody_hears_nothing(embedded_room: Mailroom) -> None:
    story = Story(embedded_room)
    await story.set(**AT_ONCE)
    await story.send(story.mail("bea@example.com"), story.mail(Recipient("bea@example.com", SUCCESS), sender=""))
    assert reports(story, "ada@example.com") == []


async def test_a_large_message_that_no_mailbox_here_takes_in_time_comes_back_too(room: Mailroom) -> None:
    octets = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000
    story = Story(room)
    await story.set(dsn_return_bytes=500_000, lifetime_seconds=60, **AT_ONCE)
    await change(room, "bea@example.com", quota_bytes=1)
    mail = await room.with_stored_content(
        story.mail("bea@example.com", ret="FULL", accepted_at=time.time() - 100), octets
    )
    await room.publish(mail)
    async with story.processor():
        await retried(room, lambda: reports(story, "ada@example.com"))
        await retried(room, story.is_over)
    (report,) = reports(story, "ada@example.com")
    (recipient,) = fields(report)[1:]
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.2.2")
    returned = report.partition(b"Content-Type: message/rfc822\n")[2].partition(b"\n\n")[2]
    assert returned.startswith((mail.trace_fields + octets).replace(b"\r\n", b"\n"))
    assert isinstance(mail.content, StoredContent)
    assert await room.holders(mail.content.key) == {"released"}


async def test_a_large_message_comes_back_whole_where_it_may(room: Mailroom) -> None:
    octets = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000
    async with told(room, dsn_return_bytes=500_000) as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody of that name")
        mail = await room.with_stored_content(story.mail(ret="FULL"), octets)
        await story.send(mail)
        await story.set(dsn_return_bytes=100_000)
        await story.send(await room.with_stored_content(story.mail(ret="FULL"), octets))
    whole, header = sorted(reports(story, "ada@example.com"), key=len, reverse=True)
    parts: Any = message_from_bytes(whole).get_payload()
    assert parts[2].get_content_type() == "message/rfc822"
    returned = whole.partition(b"Content-Type: message/rfc822\n")[2].partition(b"\n\n")[2]
    assert returned.startswith((mail.trace_fields + octets).replace(b"\r\n", b"\n"))
    assert b"text/rfc822-headers" in header
    assert len(header) < 10_000
    for report in (whole, header):
        assert all_failures(message_from_bytes(report)) == (frozenset(), frozenset({b"bea@example.org"}))
