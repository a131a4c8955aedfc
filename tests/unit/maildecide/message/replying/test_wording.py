from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from tests.builders import MESSAGE_ID, a_mail, an_autoreply, an_envelope

from mailcore.ids import derived_id
from mailcore.mail.content import InlineContent
from mailcore.settings import SmtpSettings
from maildecide.message.mail import Mail
from maildecide.message.replying.wording import filled, reply

ADA = "ada@example.com"
NUMBER = derived_id(MESSAGE_ID, "autoreply", ADA)


def made(mail: Mail, body: str = "I am away.\n", account: str = ADA, subject: str | None = None, **smtp: Any) -> Mail:
    return reply(mail, NUMBER, account, an_autoreply(body, subject=subject), SmtpSettings(**smtp))


def read(mail: Mail) -> EmailMessage:
    assert isinstance(mail.content, InlineContent)
    assert mail.content.octets.startswith(mail.header)
    message = message_from_bytes(mail.header + mail.content.octets[mail.body_start :], policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_it_answers_as_rfc_3834_has_it() -> None:
    header = b"Message-ID: <2@example.net>\r\nReferences: <0@example.net>\r\n <1@example.net>\r\nSubject: hello\r\n"
    answer = made(a_mail(header=header))
    message = read(answer)
    assert answer.envelope.sender == ""
    assert [one.address for one in answer.envelope.recipients] == ["bob@example.net"]
    assert not answer.envelope.smtputf8
    assert message["From"] == ADA
    assert message["To"] == "bob@example.net"
    assert message["Subject"] == "Autoreply from ada@example.com"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<2@example.net>"
    assert message["References"].split() == ["<0@example.net>", "<1@example.net>", "<2@example.net>"]
    assert message["Message-ID"] == f"<{NUMBER}@mx.example.com>"
    assert message["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert message.get_content() == "I am away.\r\n"
    assert answer.arrival.id == NUMBER
    assert made(a_mail(header=header)) == answer


def test_any_language() -> None:
    mail = a_mail(header=b"Subject: =?iso-2022-jp?b?GyRCSHQ1UxsoQg==?=\r\n")
    message = read(made(mail, "留守です。\n🐦\n", subject="留守: %s ➜ %m"))
    assert message["Subject"] == "留守: 飛脚 ➜ ada@example.com"
    assert message.get_content() == "留守です。\r\n🐦\r\n"


def test_addresses_that_need_smtputf8() -> None:
    answer = made(a_mail(envelope=an_envelope(sender="飛脚@example.net")), account="鳩@example.com")
    assert answer.envelope.smtputf8
    assert (read(answer)["To"], read(answer)["From"]) == ("飛脚@example.net", "鳩@example.com")


def test_one_address_for_all() -> None:
    message = read(made(a_mail(), autoreply_from="desk@example.com"))
    assert (message["From"], message["Subject"]) == ("desk@example.com", "Autoreply from ada@example.com")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("%m|%s|%f|%d|%%", "ada@example.com|hello|bob@example.net|2026-01-01|%"),
        ("%x %M 100% %", "%x %M 100% %"),
        ("%%m", "%m"),
        ("飛%s脚", "飛hello脚"),
    ],
)
def test_placeholders(template: str, text: str) -> None:
    assert read(made(a_mail(), subject=template))["Subject"] == text
    assert read(made(a_mail(), autoreply_subject=template))["Subject"] == text


def test_what_was_put_in_is_not_looked_at_again() -> None:
    assert filled("%s", {"s": "%m", "m": "x"}) == "%m"


@pytest.mark.parametrize(
    "header",
    [
        b"Message-ID: no id\r\n",
        b"Message-ID: <a b@example.net>\r\n",
        b"Message-ID: <" + b"x" * 2000 + b"@example.net>\r\n",
        "Message-ID: <é@example.net>\r\n".encode(),
        b"Subject: =?utf-8?q?x=0D=0AIn-Reply-To=3A_y?=\r\n",
        b"",
    ],
)
def test_nothing_strange_gets_into_the_header_section(header: bytes) -> None:
    answer = made(a_mail(header=header), subject="%s")
    assert read(answer)["In-Reply-To"] is None
    assert read(answer)["References"] is None
    assert answer.header.isascii()


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    references = b" ".join(b"<%d@example.net>" % number for number in range(500))
    answer = made(a_mail(header=b"References: " + references + b"\r\nMessage-ID: <last@example.net>\r\n"))
    kept = read(answer)["References"].split()
    assert (len(kept), kept[0], kept[-2:]) == (20, "<0@example.net>", ["<499@example.net>", "<last@example.net>"])
    assert all(len(line) < 998 for line in answer.header.split(b"\r\n"))
