"""What becomes of mail for other servers, from the queue to their mailboxes, whatever happens on the way."""

import time
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

import msgspec
import pytest
from tests.builders import MESSAGE
from tests.fakes.relay import BREAK, DROP, LOSE_REPLY, Relay
from tests.fakes.tls import server_context
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story, told
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Recipient
from mailcore.mail.headers import header_size


def status(report: bytes) -> list[Message]:
    """Give the groups of fields for programs."""
    parts: Any = message_from_bytes(report).get_payload()
    return list(parts[1].get_payload())


async def test_mail_leaves_for_everybody_at_once(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        mail = story.mail("bea@example.org", "ada@example.com", "cas@example.org")
        await story.send(mail)
    (received,) = relay.received
    assert received.content == mail.trace_fields + MESSAGE
    assert received.recipients == ["bea@example.org", "cas@example.org"]
    assert received.mail.startswith("MAIL FROM:<ada@example.com>")
    assert len(story.files("ada@example.com")) == 1
    sent = story.events(events.SENT)
    assert [event.recipient for event in sent] == ["bea@example.org", "cas@example.org"]
    assert sent[0].reply == "250 2.0.0 Taken"
    assert sent[0].detail["server"] == f"127.0.0.1[127.0.0.1]:{relay.port}"
    assert sent[0].detail["tls_failure"] == "the server does not offer STARTTLS"
    assert await story.count("finished_job") == 1


async def test_large_mail_is_streamed_and_its_content_let_go(room: Mailroom) -> None:
    octets = b"Subject: large\r\n\r\n" + b".0123456789abcdef\r\n" * 50_000
    async with told(room) as (story, relay):
        mail = await room.with_stored_content(story.mail(), octets)
        await story.send(mail)
    assert relay.received[0].content == mail.trace_fields + octets
    assert await room.holders(mail.content.key) == {"released"}  # type: ignore[union-attr]


async def test_a_server_without_8bitmime_gets_it_in_7_bit(room: Mailroom) -> None:
    octets = "DKIM-Signature: v=1; b=abc\r\nSubject: 飛脚\r\n\r\n飛脚\r\n".encode()
    async with Relay(offers=("PIPELINING",)) as plain, told(room) as (story, relay):
        await story.set(routes={"example.org": relay.address, "plain.test": plain.address})
        mail = story.mail("bea@example.org", "bea@plain.test", body="8BITMIME")
        mail = msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))
        await story.send(mail)
    assert relay.received[0].content == mail.trace_fields + octets
    received = message_from_bytes(plain.received[0].content, policy=policy.default)
    assert plain.received[0].content.isascii()
    assert (received["Subject"], received.get_content()) == ("飛脚", "飛脚\r\n")
    converted = {event.recipient: event.detail.get("converted") for event in story.events(events.SENT)}
    assert converted == {"bea@example.org": None, "bea@plain.test": "7bit, signatures broken"}


async def test_a_server_that_is_down_for_three_attempts(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        await relay.down()
        await room.publish(story.mail())
        async with story.processor():
            await until(lambda: len(story.events(events.JOB_FAILED)) >= 3)
            await relay.up()
            await until(story.is_over)
    assert len(relay.received) == 1
    assert story.events(events.MAY_BE_REPEATED) == []
    assert story.files("ada@example.com") == []


async def test_half_of_the_recipients_are_refused(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<no", "550 5.1.1 Nobody\n".strip())
        await story.send(story.mail("yes1@example.org", "no1@example.org", "yes2@example.org", "no2@example.org"))
    assert [one.recipients for one in relay.received] == [["yes1@example.org", "yes2@example.org"]]
    (report,) = story.files("ada@example.com")
    groups = status(report)
    assert [group["Final-Recipient"] for group in groups[1:]] == ["rfc822; no1@example.org", "rfc822; no2@example.org"]
    assert {group["Diagnostic-Code"] for group in groups[1:]} == {"smtp; 550 5.1.1 Nobody"}
    assert report.startswith(b"Return-Path: <>")
    assert [event.recipient for event in story.events(events.NOT_SENT)] == ["no1@example.org", "no2@example.org"]


async def test_deferred_recipients_are_tried_again_alone(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<cas@", "451 4.7.1 Greylisted", times=2)
        await story.send(story.mail("bea@example.org", "cas@example.org"))
    assert [one.recipients for one in relay.received] == [["bea@example.org"], ["cas@example.org"]]


async def test_a_reply_that_was_lost_is_counted_and_traced(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("END", LOSE_REPLY, times=1)
        await story.send(story.mail())
    first, second = relay.received
    assert first.content == second.content
    assert len(story.events(events.MAY_BE_REPEATED)) == 1
    assert story.events(events.JOB_FAILED)[0].detail["unsure"] == "true"
    assert room.platform.metrics.registry.get_sample_value("hikyaku_unsure_total") == 1


@pytest.mark.parametrize("begins", ["CONNECT", "EHLO", "MAIL", "RCPT", "BDAT", "CONTENT", "END"])
async def test_a_connection_may_be_lost_anywhere(embedded_room: Mailroom, begins: str) -> None:
    async with told(embedded_room) as (story, relay):
        relay.on(begins, DROP, times=1)
        await story.send(story.mail())
    assert len(relay.received) == 1


async def test_too_many_recipients_for_one_transaction(embedded_room: Mailroom) -> None:
    async with told(embedded_room) as (story, relay):
        names = [f"r{number}@example.org" for number in range(5)]
        for number in (2, 3, 4):
            relay.on(f"RCPT TO:<r{number}@", "452 4.5.3 Too many", times=1)
        relay.on("RCPT TO:<r4@", "452 4.5.3 Too many", times=1)
        await story.send(story.mail(*names))
    assert [one.recipients for one in relay.received] == [names[:2], names[2:4], names[4:]]
    assert relay.connections == 1


async def test_a_server_that_offers_chunks_and_knows_none_gets_data(embedded_room: Mailroom) -> None:
    async with Relay(knows_bdat=False) as relay:
        story = Story(embedded_room)
        await story.set(routes={"example.org": relay.address}, **AT_ONCE, reuse_seconds=0)
        async with story.processor():
            await embedded_room.publish(story.mail())
            await until(lambda: len(relay.received) == 1)
            assert relay.connections == 2
            await embedded_room.publish(story.mail())
            await until(lambda: len(relay.received) == 2)
            await until(story.is_over)
    # The first message arrived in the attempt that found it out, and the second by the shortest way.
    assert relay.connections == 3
    assert story.events(events.JOB_FAILED) == []
    assert [one.chunks for one in relay.received] == [0, 0]


async def test_broken_tls_falls_back_only_where_it_may(embedded_room: Mailroom) -> None:
    async with Relay(tls=server_context()) as relay:
        story = Story(embedded_room)
        await story.set(routes={"example.org": relay.address}, **AT_ONCE)
        relay.on("STARTTLS", BREAK, times=1)
        await story.send(story.mail())
        assert [one.tls for one in relay.received] == [False]
        assert story.events(events.SENT)[0].detail["tls_failure"].startswith("the TLS handshake failed: ")
        await story.set(tls_domains={"example.org": "required"})
        relay.on("STARTTLS", BREAK, times=2)
        await story.send(story.mail())
    assert [one.tls for one in relay.received] == [False, True]
    assert story.events(events.SENT)[-1].detail["tls"].startswith("TLSv1.3 ")
    assert "tls_failure" not in story.events(events.SENT)[-1].detail
    assert len(story.events(events.JOB_FAILED)) >= 1


async def test_a_message_that_stays_too_long_is_given_up(room: Mailroom) -> None:
    async with told(room, lifetime_seconds=0) as (story, relay):
        relay.on("RCPT", "451 4.7.1 Not today")
        await story.send(story.mail(ret="FULL", envid="QQ1"))
    (report,) = story.files("ada@example.com")
    groups = status(report)
    assert groups[0]["Original-Envelope-Id"] == "QQ1"
    assert (groups[1]["Status"], groups[1]["Diagnostic-Code"]) == ("5.4.7", "smtp; 451 4.7.1 Not today")
    assert b"How are you?" in report
    assert story.events(events.NOT_SENT)[0].detail["expired"] == "true"
    assert relay.received == []


async def test_a_late_message_is_reported_once(embedded_room: Mailroom) -> None:
    async with told(embedded_room, delay_notice_seconds=5) as (story, relay):
        relay.on("RCPT", "451 4.7.1 Not yet", times=3)
        await story.send(story.mail(accepted_at=time.time() - 10))
    (report,) = story.files("ada@example.com")
    assert status(report)[1]["Action"] == "delayed"
    assert status(report)[1]["Will-Retry-Until"]
    assert len(relay.received) == 1


async def test_success_is_reported_where_it_is_asked_for_and_nobody_else_will(embedded_room: Mailroom) -> None:
    asked = Recipient("bea@example.org", frozenset({"SUCCESS"}))
    async with Relay(offers=()) as plain, told(embedded_room) as (story, relay):
        await story.send(story.mail(asked))
        assert relay.received[0].rcpts == ["RCPT TO:<bea@example.org> NOTIFY=SUCCESS"]
        assert story.files("ada@example.com") == []
        await story.set(routes={"example.org": plain.address})
        await story.send(story.mail(asked))
    (report,) = story.files("ada@example.com")
    assert status(report)[1]["Action"] == "relayed"


async def test_a_message_that_comes_back_is_not_sent_again(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        mail = story.mail()
        await story.send(mail)
        await story.send(msgspec.structs.replace(mail, begun=True))
    assert len(relay.received) == 1


async def test_whoever_is_gone_since_the_250_is_reported(room: Mailroom) -> None:
    story = Story(room)
    await story.set(**AT_ONCE)
    await story.send(story.mail("gone@example.com", "bea@example.com"))
    (report,) = story.files("ada@example.com")
    groups = status(report)
    assert [group["Final-Recipient"] for group in groups[1:]] == ["rfc822; gone@example.com"]
    assert (groups[1]["Status"], groups[1]["Diagnostic-Code"]) == ("5.1.1", None)
    assert len(story.files("bea@example.com")) == 1
    assert await room.letters() == []
