from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from tests.list_builders import a_list, a_post

from mailcore.mail.content import InlineContent
from mailcore.mail.encoded_words import decoded
from mailcore.mail.header_edits import fields_called
from maildecide.lists.automatic import automatic
from maildecide.lists.loops import has_been_through
from maildecide.lists.notices.enclosure import Enclosure, enclosed
from maildecide.lists.notices.own_message import Cause, own_message
from maildecide.lists.notices.template import Template
from maildecide.message.mail import Mail
from maildecide.message.signers import author_signers

CAUSE = Cause(UUID(int=7), 1_767_225_600.0, "mx.example.com")
WORDS = Template("[Birds] Hello", "Hello\n")
KEN = "ken@example.org"


def made(
    words: Template = WORDS, to: str = KEN, cause: Cause = CAUSE, enclosure: Enclosure | None = None, **fields: Any
) -> Mail:
    return own_message(a_list(**fields), words, to, cause, enclosure)


def octets_of(mail: Mail) -> bytes:
    assert isinstance(mail.content, InlineContent)
    assert mail.content.octets.startswith(mail.header)
    assert mail.body_start == len(mail.header)
    return mail.content.octets


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(octets_of(mail), policy=policy.default)


def test_it_comes_from_the_list_and_comes_back_to_it() -> None:
    mail = made(display_name="Birds")
    message = read(mail)
    assert message["From"] == "Birds <birds-request@example.com>"
    assert message["To"] == KEN
    assert message["Message-ID"] == f"<{CAUSE.number}@example.com>"
    assert message["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert message["List-Id"] == "<birds.example.com>"
    assert mail.envelope.sender == "birds-bounces@example.com"
    assert [one.address for one in mail.envelope.recipients] == [KEN]
    assert (mail.envelope.body, mail.envelope.smtputf8) == ("7BIT", False)
    assert author_signers(mail.header) == ("example.com",)


def test_nobodys_program_answers_it_and_no_list_spreads_it() -> None:
    mail = made()
    assert read(mail)["Auto-Submitted"] == "auto-generated"
    assert read(mail)["Precedence"] == "list"
    assert automatic(mail) == "auto-submitted"
    assert has_been_through(mail, a_list())


def test_an_answer_says_what_it_answers() -> None:
    message = read(made(cause=Cause(UUID(int=7), 0.0, "mx", "<1@example.org>")))
    assert (message["In-Reply-To"], message["References"]) == ("<1@example.org>", "<1@example.org>")
    assert message["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize("answers", ["", "1@example.org", "<1@example.org>\r\nBcc: eve@example.net", "<a b>", "<é@x>"])
def test_what_is_no_message_id_is_answered_by_nothing(answers: str) -> None:
    message = read(made(cause=Cause(UUID(int=7), 0.0, "mx", answers)))
    assert (message["In-Reply-To"], message["Bcc"]) == (None, None)
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", ["Birds", 'A "B" \\ <c@d>, e', "鳥の会", "Bird's, 鳥\U0001f426" * 20])
def test_any_name_stands_before_the_address(name: str) -> None:
    mail = made(display_name=name)
    (mailbox,) = read(mail)["From"].addresses
    assert (mailbox.addr_spec, mailbox.domain) == ("birds-request@example.com", "example.com")
    (field,) = fields_called(mail.header, b"from")
    written = decoded(field.partition(b":")[2]) if not name.isascii() else mailbox.display_name
    assert written.removesuffix("<birds-request@example.com>").rstrip() == name
    assert mail.header.isascii()
    assert author_signers(mail.header) == ("example.com",)


def test_it_is_read_as_it_was_written_in_any_language() -> None:
    words = Template("[鳥の会] 参加の確認 confirm abc", "鳥の会へようこそ。\n𠮷野さん\U0001f426\n")
    message = read(made(words))
    assert message["Subject"] == words.subject
    assert message.get_content().splitlines() == words.body.splitlines()
    assert message.get_content_charset() == "utf-8"
    assert all(len(line) <= 78 for line in octets_of(made(words)).split(b"\r\n"))


def test_plain_english_is_readable_as_it_stands() -> None:
    message = read(made())
    assert (message.get_content_charset(), message["Content-Transfer-Encoding"]) == ("us-ascii", "7bit")
    assert octets_of(made()).endswith(b"\r\n\r\nHello\r\n")


def test_an_address_in_utf_8_needs_smtputf8() -> None:
    mail = made(to="鳥@example.org")
    assert mail.envelope.smtputf8
    assert "To: <鳥@example.org>\r\n".encode() in mail.header


def test_it_is_the_same_each_time() -> None:
    enclosure = enclosed(a_post(), b"\r\nA heron.\r\n")
    assert made(enclosure=enclosure) == made(enclosure=enclosure)


def test_a_post_goes_with_it_octet_for_octet() -> None:
    post = a_post(b"From: ada@example.com\r\nSubject: herons\r\n\r\nA heron.\r\n--x\r\n")
    message = read(made(Template("s", "鳥"), enclosure=enclosed(post, b"\r\nA heron.\r\n--x\r\n")))
    text, inner = message.iter_parts()
    assert text.get_content().strip() == "鳥"
    assert inner.get_content_type() == "message/rfc822"
    assert inner.get_content()["Subject"] == "herons"
    assert inner.get_content().get_content().splitlines() == ["A heron.", "--x"]


def test_what_holds_wide_octets_says_so_all_the_way_up() -> None:
    post = a_post(b"Subject: herons\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n\x92\xb9\r\n")
    mail = made(enclosure=enclosed(post, b"\r\n\x92\xb9\r\n"))
    assert mail.envelope.body == "8BITMIME"
    assert read(mail)["Content-Transfer-Encoding"] == "8bit"
    (_, inner) = read(mail).iter_parts()
    assert inner["Content-Transfer-Encoding"] == "8bit"
    assert inner.get_content().get_content().strip() == "鳥"
