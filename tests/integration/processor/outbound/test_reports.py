"""Who hears of mail that another server does not take, in which language and how often, and where it ends if nobody."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import msgspec
import pytest
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import told
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.dsn.texts import TEXTS, Language
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Recipient
from mailcore.mail.headers import header_size


@pytest.mark.parametrize(
    ("setting", "subject", "language"),
    [("auto", "Ping", "en"), ("auto", "こんにちは", "ja"), ("en", "こんにちは", "en")],
)
async def test_a_report_is_in_the_language_of_the_settings_or_of_its_sender(
    embedded_room: Mailroom, setting: str, subject: str, language: Language
) -> None:
    octets = f"Subject: {subject}\r\n\r\nAt four?\r\n".encode()
    async with told(embedded_room, dsn_language=setting) as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        mail = story.mail(smtputf8=True)
        await story.send(msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets)))
    (report,) = story.files("ada@example.com")
    read = message_from_bytes(report, policy=policy.default)
    assert read["Subject"] == TEXTS[language]["failed"].subject
    text = read.get_body()
    assert isinstance(text, EmailMessage)
    assert TEXTS[language]["failed"].reasons["1.1"] in text.get_content()


async def test_never_means_never(embedded_room: Mailroom) -> None:
    async with told(embedded_room) as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        await story.send(story.mail(Recipient("bea@example.org", frozenset({"NEVER"}))))
    assert story.files("ada@example.com") == []
    assert story.events(events.NOT_SENT)


async def test_who_asks_for_nothing_stays_the_sender_towards_a_server_without_dsn(embedded_room: Mailroom) -> None:
    """Other than RFC 3461 5.2.2 (d) would have it: SPF and DMARC do not speak for the null sender."""
    async with Relay(offers=()) as plain, told(embedded_room) as (story, _):
        await story.set(routes={"example.org": plain.address})
        await story.send(story.mail(Recipient("bea@example.org", frozenset({"NEVER"})), "cas@example.org"))
    (received,) = plain.received
    assert received.mail == "MAIL FROM:<ada@example.com>"
    assert received.rcpts == ["RCPT TO:<bea@example.org>", "RCPT TO:<cas@example.org>"]
    assert story.files("ada@example.com") == []


async def test_nothing_answers_the_null_sender_and_it_ends_with_the_postmaster(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        await story.send(story.mail(sender=""))
        assert len(list((room.mail_dir / ".postmaster" / "new").iterdir())) == 1
        await story.set(undeliverable_address="bea@example.com")
        await story.send(story.mail(sender=""))
    assert len(story.files("bea@example.com")) == 1
    assert story.events(events.REPORTED) == []
    assert [event.detail["mailbox"] for event in story.events(events.NOT_REPORTED)] == [
        ".postmaster",
        "example.com/bea",
    ]


async def test_what_nobody_can_be_told_of_is_dropped_where_the_settings_say(room: Mailroom) -> None:
    """Of a report that its sender's server refuses, as of any mail from nobody, and of one that nobody takes here."""
    async with told(room, undeliverable="drop", undeliverable_address="bea@example.com") as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        await story.send(
            story.mail(sender=""), story.mail(sender="zoe@example.org"), story.mail(sender="gone@example.com")
        )
    assert story.files("bea@example.com") == []
    assert not list(room.mail_dir.rglob("new/*"))
    assert [event.detail["to"] for event in story.events(events.REPORTED)] == ["zoe@example.org"]
    not_told = [event.detail["reason"] for event in story.events(events.NOT_REPORTED)]
    assert len(not_told) == 3
    assert all("dropped" in reason for reason in not_told)
    assert len(story.events(events.NOT_SENT)) == 4


async def test_a_report_to_another_server_goes_there_from_nobody(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<bea@", "550 5.1.1 Nobody")
        await story.send(story.mail("bea@example.org", sender="zoe@example.org"))
    (report,) = relay.received
    assert report.mail.startswith("MAIL FROM:<> ")
    assert report.rcpts == ["RCPT TO:<zoe@example.org> NOTIFY=NEVER"]
    assert b"Auto-Submitted: auto-replied" in report.content


async def test_a_report_goes_where_its_sender_has_his_mail_sent(room: Mailroom) -> None:
    """Also a large one, whose content lies in the store; and what nobody takes ends with the postmaster."""
    octets = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000
    await forward(room, "ada@example.com", "ken@example.org", keep_copy=False)
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<bea@", "550 5.1.1 Nobody")
        await story.send(await room.with_stored_content(story.mail(ret="FULL"), octets), seconds=30)
        (report,) = relay.received
        assert report.mail.startswith("MAIL FROM:<>")
        assert report.recipients == ["ken@example.org"]
        assert b"Action: failed" in report.content
        assert octets in report.content
        assert story.files("ada@example.com") == []
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(story.mail(), seconds=30)
    assert relay.received == [report]
    assert len(list(room.mail_dir.glob(".postmaster/new/*"))) == 1


async def test_reports_to_one_address_are_limited_over_all_replicas(room: Mailroom) -> None:
    async with told(room, dsns_per_address_hour=2) as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        await room.publish(*(story.mail(f"bea{number}@example.org") for number in range(8)))
        async with story.processor(), story.processor():
            await until(lambda: len(story.events(events.NOT_SENT)) == 8, 20)
            await until(story.is_over, 20)
    assert len(story.files("ada@example.com")) == 2
    assert len(story.events(events.REPORTED)) == 2
    left_out = story.events(events.NOT_REPORTED)
    assert len(left_out) == 6
    assert all("as many reports within the hour" in event.detail["reason"] for event in left_out)


async def test_strangers_are_told_nothing_where_only_verified_senders_are(embedded_room: Mailroom) -> None:
    async with told(embedded_room, dsn_policy="verified") as (story, relay):
        relay.on("RCPT", "550 5.1.1 Nobody")
        stranger = story.room.message("bea@example.org").client
        await story.send(story.mail(sender="zoe@example.org", client=stranger))
    assert relay.received == []
    assert len(list((embedded_room.mail_dir / ".server-trash" / "new").iterdir())) == 1
    assert await story.count("trash") == 1
    assert "trash" in story.events(events.NOT_REPORTED)[0].detail["reason"]
