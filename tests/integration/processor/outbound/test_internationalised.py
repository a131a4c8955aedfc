"""Reports of internationalised mail on their way: through servers with SMTPUTF8, and without (RFC 6533)."""

from base64 import b64decode
from email import message_from_bytes

import msgspec
import pytest
from tests.fakes.relay import FULL, Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story

from mailcore import events
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Recipient
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming

ASCII_ALONE = ("PIPELINING", "8BITMIME", "DSN")
OCTETS = "From: 飛脚 <飛脚@example.net>\r\nSubject: こんにちは\r\n\r\nAt four?\r\n".encode()
BEA = Recipient("bea@example.org", original="utf-8;bé\\x{2B}a@example.org")


def in_utf8(story: Story, *, sender: str, ret: str, to: Recipient = BEA) -> Incoming:
    """Give a message that needs SMTPUTF8."""
    mail = story.mail(to, sender=sender, smtputf8=True, ret=ret)
    return msgspec.structs.replace(mail, content=InlineContent(OCTETS), header_size=header_size(OCTETS))


def part(report: bytes, media_type: str) -> bytes:
    """Give what is in a part in base64: mail programs of old read what they do not know as text."""
    content = report.partition(f"Content-Type: {media_type}\r\n".encode())[2].partition(b"\r\n\r\n")[2]
    return b64decode(content.partition(b"\r\n--")[0])


async def sent(room: Mailroom, sender: str, offers: tuple[str, ...], ret: str = "FULL") -> tuple[Story, Relay]:
    """Have a message refused, since its server lacks SMTPUTF8; give the server of its sender, which offers this."""
    async with Relay(offers=ASCII_ALONE) as theirs, Relay(offers=offers) as senders:
        story = Story(room)
        await story.set(routes={"example.org": theirs.address, "example.net": senders.address}, **AT_ONCE)
        await story.send(in_utf8(story, sender=sender, ret=ret))
        assert theirs.received == []
    return story, senders


async def test_a_sender_in_utf8_reads_utf8(embedded_room: Mailroom) -> None:
    story, senders = await sent(embedded_room, "飛脚@example.net", FULL)
    (report,) = senders.received
    assert report.mail.startswith("MAIL FROM:<> ")
    assert "SMTPUTF8" in report.mail.split()
    assert report.rcpts == ["RCPT TO:<飛脚@example.net> NOTIFY=NEVER"]
    status = part(report.content, "message/global-delivery-status").decode()
    assert "Original-Recipient: utf-8; bé+a@example.org\r\nFinal-Recipient: rfc822; bea@example.org\r\n" in status
    assert "Action: failed\r\nStatus: 5.6.7\r\n" in status
    assert part(report.content, "message/global").endswith(OCTETS)
    assert [event.detail["to"] for event in story.events(events.REPORTED)] == ["飛脚@example.net"]


@pytest.mark.parametrize("offers", [FULL, ASCII_ALONE, ("SIZE",)])
async def test_a_sender_in_ascii_is_told_through_any_server(embedded_room: Mailroom, offers: tuple[str, ...]) -> None:
    """What is not ASCII in the report is encoded, so that nothing on the way has to change it."""
    _, senders = await sent(embedded_room, "ada@example.net", offers, ret="HDRS")
    (report,) = senders.received
    assert report.content.isascii()
    assert "SMTPUTF8" not in report.mail.split()
    assert b"bea@example.org" in part(report.content, "message/global-delivery-status")
    header = part(report.content, "message/global-headers")
    assert header.endswith(OCTETS[: header_size(OCTETS)])
    assert message_from_bytes(report.content).get_content_type() == "multipart/report"


async def test_what_cannot_reach_its_sender_ends_with_the_postmaster(embedded_room: Mailroom) -> None:
    story, senders = await sent(embedded_room, "飛脚@example.net", ASCII_ALONE)
    assert senders.received == []
    (kept,) = embedded_room.mail_dir.glob(".postmaster/new/*")
    assert "To: <飛脚@example.net>".encode() in kept.read_bytes()
    assert [event.detail["reason"].partition(":")[0] for event in story.events(events.NOT_REPORTED)] == [
        "nobody tells the null sender"
    ]


async def test_orcpt_goes_on_in_ascii_where_it_has_to(embedded_room: Mailroom) -> None:
    """Where the message itself needs no SMTPUTF8: that stands in MAIL only where it has to."""
    async with Relay(offers=ASCII_ALONE) as plain, Relay() as full:
        story = Story(embedded_room)
        await story.set(routes={"example.org": plain.address, "example.net": full.address}, **AT_ONCE)
        elsewhere = msgspec.structs.replace(BEA, address="bea@example.net")
        await story.send(story.mail(BEA, elsewhere), in_utf8(story, sender="ada@example.com", ret="HDRS", to=elsewhere))
    in_ascii, in_utf8_ = r"ORCPT=utf-8;b\x{E9}\x{2B}a@example.org", "ORCPT=utf-8;bé\\x{2B}a@example.org"
    assert plain.received[0].rcpts == [f"RCPT TO:<bea@example.org> {in_ascii}"]
    assert {one.rcpts[0] for one in full.received} == {
        f"RCPT TO:<bea@example.net> {in_ascii}",
        f"RCPT TO:<bea@example.net> {in_utf8_}",
    }
