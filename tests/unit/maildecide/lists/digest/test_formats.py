"""What digests look like in both formats, as a mail program reads them."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from tests import builders
from tests.list_builders import a_list

from mailcore.mail.content import InlineContent
from mailcore.mail.encoded_words import encoded_words
from mailcore.mail.headers import header_size
from maildecide.lists.digest.entry import DigestOut, Entry
from maildecide.lists.digest.head import head_of
from maildecide.lists.digest.mime import MimeDigest, has_header_alone, shown_header
from maildecide.lists.digest.plain import plain_digest

NUMBER = UUID(int=7)
ASCII = b"From: Ken <ken@example.org>\r\nSubject: herons\r\nMessage-ID: <1@example.org>\r\n\r\nA heron.\r\n"
JIS = (
    b"From: "
    + b" ".join(encoded_words("健", "ISO-2022-JP"))
    + b" <ken@example.org>\r\nSubject: "
    + b" ".join(encoded_words("青鷺", "ISO-2022-JP"))
    + b"\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
    + "青鷺を見ました。\r\n".encode("iso-2022-jp")
)
UTF8 = (
    b"From: ada@example.com\r\nSubject: storks\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "Störche\r\n".encode()
)
GETS = (
    b"Keywords: birds\r\nReceived: by x\r\nCc: Bea <bea@example.org>\r\nTo: birds@example.com,\r\n ada@example.com\r\n"
    b"Date: Thu, 1 Jan 2026 09:00:00 +0900\r\n"
)
ATTACHED = (
    b'From: ken@example.org\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nA heron.\r\n'
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
)
GLOBAL = "From: zoë@example.com\r\nSubject: Vögel\r\n\r\nBirds.\r\n".encode()


def entry(number: int, octets: bytes, body: str = "8BITMIME") -> Entry:
    size = header_size(octets)
    envelope = builders.an_envelope()
    mail = builders.a_mail(
        envelope=type(envelope)(envelope.sender, envelope.recipients, body=body),
        trace_fields=b"",
        header=octets[:size],
        content=InlineContent(octets),
        body_start=size,
    )
    return Entry(number, "ken@example.org", mail)


def a_digest(*octets: bytes, **changes: object) -> DigestOut:
    entries = [entry(number, one) for number, one in enumerate(octets, start=11)]
    return DigestOut(a_list(**changes), 3, 1_767_225_600.0, entries)


def whole_of(one: Entry) -> bytes:
    assert isinstance(one.mail.content, InlineContent)
    return shown_header(one) + one.mail.content.octets[one.mail.body_start :]


def as_mime(digest: DigestOut) -> bytes:
    are_8bit = [not whole_of(one).isascii() for one in digest.entries]
    writer = MimeDigest(digest, NUMBER, is_8bit=any(are_8bit))
    body = writer.opening
    for one, is_8bit in zip(digest.entries, are_8bit, strict=True):
        if has_header_alone(one):
            body += writer.instead(one)
            continue
        before, is_base64 = writer.before(one, is_8bit=is_8bit)
        assert not is_base64
        body += before + whole_of(one)
    return head_of(digest, NUMBER, None) + writer.fields + body + writer.closing


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=default)


def as_plain(digest: DigestOut) -> str:
    beginnings = [whole_of(one)[len(shown_header(one)) :] for one in digest.entries]
    fields, body = plain_digest(digest, beginnings)
    message = read(head_of(digest, NUMBER, None) + fields + body)
    assert (fields + body).isascii()
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


def test_a_mime_digest_has_each_post_octet_for_octet() -> None:
    digest = a_digest(ASCII, JIS, UTF8)
    octets = as_mime(digest)
    message = read(octets)
    assert not message.defects
    assert message.get_content_type() == "multipart/mixed"
    assert message["Content-Transfer-Encoding"] == "8bit"
    text, posts = message.iter_parts()
    assert posts.get_content_type() == "multipart/digest"
    parts = list(posts.iter_parts())
    assert [part.get_content_type() for part in parts] == ["message/rfc822"] * 3
    assert [part.get_content()["Subject"] for part in parts] == ["herons", "青鷺", "storks"]
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["7bit", "7bit", "8bit"]
    for one in (ASCII, JIS, UTF8):
        assert one in octets
    assert "  12. 青鷺 (健)" in text.get_content()


def test_a_digest_in_7_bit_says_nothing_else() -> None:
    octets = as_mime(a_digest(ASCII))
    assert octets.isascii()
    assert read(octets)["Content-Transfer-Encoding"] is None


def test_a_post_with_utf8_in_its_header_section_is_encoded() -> None:
    digest = a_digest(GLOBAL)
    before, is_base64 = MimeDigest(digest, NUMBER, is_8bit=False).before(digest.entries[0], is_8bit=True)
    assert is_base64
    assert b"Content-Type: message/global\r\n" in before


def test_of_a_binary_post_the_header_section_is_there() -> None:
    digest = DigestOut(a_list(), 1, 0.0, [entry(1, ASCII, body="BINARYMIME")])
    (part,) = list(read(as_mime(digest)).iter_parts())[1].iter_parts()
    assert part.get_content_type() == "text/rfc822-headers"


def test_links_of_one_member_are_not_in_it() -> None:
    fields = b"List-Unsubscribe: <https://mail.example.com/l/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    octets = as_mime(a_digest(fields + ASCII))
    assert b"https://mail.example.com/l/" not in octets
    assert ASCII in octets


def test_a_plain_digest_is_one_text_in_unicode() -> None:
    text = as_plain(a_digest(ASCII, JIS, UTF8))
    preamble, _, rest = text.partition("-" * 70 + "\n")
    assert "  11. herons (Ken)\n  12. 青鷺 (健)\n  13. storks (ken@example.org)\n" in preamble
    messages = rest.split("\n\n" + "-" * 30 + "\n\n")
    assert len(messages) == 4
    first = messages[0].strip("\n").split("\n")
    assert first[0].startswith("Date: ")
    assert first[1:] == [
        "From: Ken <ken@example.org>",
        "Subject: herons",
        "Message-ID: <1@example.org>",
        "",
        "A heron.",
    ]
    assert "From: 健 <ken@example.org>\nSubject: 青鷺\n\n青鷺を見ました。" in messages[1]
    assert "Störche" in messages[2]
    end = messages[3].strip("\n").split("\n")
    assert (end[0], end[1]) == ("End of birds Digest, Issue 3", "*" * len(end[0]))


def test_of_the_fields_of_a_post_those_stay_that_are_to_and_in_their_order() -> None:
    text = as_plain(a_digest(GETS + ASCII))
    _, _, rest = text.partition("-" * 70 + "\n\n")
    assert rest.startswith(
        "Date: Thu, 1 Jan 2026 09:00:00 +0900\n"
        "From: Ken <ken@example.org>\n"
        "To: birds@example.com, ada@example.com\n"
        "Cc: Bea <bea@example.org>\n"
        "Subject: herons\n"
        "Message-ID: <1@example.org>\n"
        "Keywords: birds\n"
        "\nA heron.\n"
    )


def test_empty_lines_around_a_text_are_not_in_it() -> None:
    text = as_plain(a_digest(ASCII.replace(b"A heron.", b" \r\n\r\nA heron.\r\n\r\nTwo.\r\n\t \r\n")))
    assert "Message-ID: <1@example.org>\n\nA heron.\n\nTwo.\n\n" + "-" * 30 + "\n\nEnd of " in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_programs_know_the_end(language: str) -> None:
    *_, end, line = as_plain(a_digest(ASCII, language=language)).rstrip("\n").split("\n")
    assert end.startswith("End of birds Digest, Issue 3")
    assert line == "*" * len(end)


def test_of_a_post_that_is_lost_both_forms_have_what_is_left_and_say_so() -> None:
    digest = a_digest(ASCII, ASCII)
    entries = [digest.entries[0], replace(digest.entries[1], is_lost=True)]
    digest = replace(digest, entries=entries)
    assert "[What post 12 says is lost.]" in digest.preamble
    assert "[What post 11 says is lost.]" not in digest.preamble
    plain = as_plain(digest)
    assert plain.count("A heron.") == 1
    assert "Message-ID: <1@example.org>\n\n[What post 12 says is lost.]\n\n" + "-" * 30 in plain
    text, posts = read(as_mime(digest)).iter_parts()
    assert "[What post 12 says is lost.]" in text.get_content()
    assert [part.get_content_type() for part in posts.iter_parts()] == ["message/rfc822", "text/rfc822-headers"]


def test_what_would_part_messages_does_not() -> None:
    text = as_plain(a_digest(ASCII + b"-" * 30 + b"\r\n" + b"-" * 70 + b"\r\n" + b"-" * 40 + b"\r\nbye\r\n"))
    # Nothing else is moved.
    assert f"\n {'-' * 29}\n {'-' * 69}\n{'-' * 40}\nbye\n" in text
    assert text.count("\n" + "-" * 30 + "\n") == 1
    assert text.count("\n" + "-" * 70 + "\n") == 1


@pytest.mark.parametrize(("archive", "expected"), [(True, True), (False, False)])
def test_where_a_post_has_more_the_archive_is_named(archive: bool, expected: bool) -> None:
    text = as_plain(a_digest(ATTACHED, archive=archive))
    assert "A heron." in text
    assert ("get 11" in text) == expected
    assert "[There is more of post 11" in text
    assert "[There is more" not in as_plain(a_digest(ASCII, UTF8, archive=archive))


@pytest.mark.parametrize(
    ("language", "subject", "topics"),
    [("en", "birds Digest, Issue 3", "Today's Topics (1):"), ("ja", "birds まとめ送り 第 3 号", "目次 (1 件):")],
)
def test_its_own_words_are_in_the_language_of_the_list(language: str, subject: str, topics: str) -> None:
    digest = a_digest(ASCII, language=language)
    head = read(head_of(digest, NUMBER, ("https://mail.example.com/l/", "token")))
    assert head["Subject"] == subject
    assert topics in digest.preamble
    assert head["From"] == f"birds <{digest.list.address_of('request')}>"
    assert head["List-Id"] == f"<{digest.list.list_id}>"
    assert head["List-Unsubscribe"].startswith("<https://mail.example.com/l/token>")
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Loop"] == digest.list.address
    assert head["Reply-To"] == digest.list.address


def test_a_title_and_subject_with_braces_stay_what_they_are() -> None:
    digest = a_digest(ASCII.replace(b"herons", b"{number} %s"), display_name="{issue}")
    assert "{issue}" in digest.preamble
    assert "  11. {number} %s (Ken)" in digest.preamble
