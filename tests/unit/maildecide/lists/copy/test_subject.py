from base64 import b64encode
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from tests.unit.maildecide.lists.copy.posts import header_after

from mailcore.mail.encoded_words import encoded_words
from mailcore.mail.header_edits import fields_called
from maildecide.lists.copy import subject


def shown(header: bytes) -> str:
    """Give the subject as a reader shows it, by a reader that is not ours."""
    return str(make_header(decode_header(str(message_from_bytes(header)["Subject"]))))


def tagged(text: bytes, tag: str | None = "[%n:%05d]", **changes: object) -> bytes:
    return header_after(subject.apply, b"Subject: " + text + b"\r\n", subject_tag=tag, **changes)


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("[%n]", "heron", "[birds] heron"),
        ("[%n:%d]", "heron", "[birds:7] heron"),
        ("[%n:%05d]", "heron", "[birds:00007] heron"),
        ("(%n %d)", "heron", "(birds 7) heron"),
        ("[%n]", "[birds] heron", "[birds] heron"),
        ("[%n:%d]", "[birds:6] heron", "[birds:7] heron"),
        ("[%n:%d]", "Re: [birds:6] heron", "Re: [birds:7] heron"),
        ("[%n:%d]", "Re: heron", "Re: [birds:7] heron"),
        ("[%n:%d]", "[birds:6] Re: [birds:5] heron", "Re: [birds:7] heron"),
        ("[%n:%d]", "RE: Fwd: [BIRDS:06] heron", "RE: Fwd: [birds:7] heron"),
        ("[%n:%d]", "Re[2]: [birds:6] heron", "Re[2]: [birds:7] heron"),
        ("[%n:%d]", "Re:heron", "Re: [birds:7] heron"),
        ("[%n:%d]", "Re (3): [birds:6] heron", "Re (3): [birds:7] heron"),
        ("[%n:%d]", "Re^2: Re2 : [birds:6] heron", "Re^2: Re2 : [birds:7] heron"),
        ("[%n:%d]", "Antwort: WG: [birds:6] heron", "Antwort: WG: [birds:7] heron"),
        ("[%n:%d]", "返信\uff1a[birds:6] heron", "返信\uff1a [birds:7] heron"),
        ("[%n:%d]", "VS 2022: it is out", "[birds:7] VS 2022: it is out"),
        ("[%n:%d]", "TR 069: it is out", "[birds:7] TR 069: it is out"),
        ("[%n:%d]", "Reed: [birds:6]", "[birds:7] Reed: [birds:6]"),
        ("%n", "birdsong", "birds birdsong"),
        ("%n", "Re: birds herons", "Re: birds herons"),
        ("(%n %d)", "Re: (birds 6) (birds 5) heron", "Re: (birds 7) heron"),
        ("[%n:%d]", "[fish:6] heron", "[birds:7] [fish:6] heron"),
        ("[%n:%d]", "about [birds:6]", "[birds:7] about [birds:6]"),
        ("100%% %n", "heron", "100% birds heron"),
        ("[%n:%d]", "[birds:6]", "[birds:7]"),
        ("[%n:%d]", "", "[birds:7]"),
    ],
)
def test_the_usual_forms(tag: str, text: str, expected: str) -> None:
    assert shown(tagged(text.encode(), tag)) == expected


def test_without_a_tag_not_an_octet_changes() -> None:
    fields = b"Subject: =?iso-2022-jp?B?GyRCJDMbKEI=?=\r\n  folded oddly\r\n"
    assert header_after(subject.apply, fields, subject_tag=None) == fields


def test_without_a_subject_the_tag_is_one() -> None:
    header = header_after(subject.apply, b"From: ada@example.com\r\n", subject_tag="[%n]")
    assert fields_called(header, b"subject") == (b"Subject: [birds]\r\n",)


JAPANESE = "Re: 鷺を見ました。とても長い件名なので何語かに分けて書かれます"


@pytest.mark.parametrize("charset", ["ISO-2022-JP", "UTF-8", "EUC-JP"])
def test_encoded_subjects_are_shown_right(charset: str) -> None:
    header = tagged(b"\r\n ".join(encoded_words(JAPANESE, charset)))
    assert shown(header) == "Re: [birds:00007] 鷺を見ました。とても長い件名なので何語かに分けて書かれます"
    wanted = b"ISO-2022-JP" if charset == "ISO-2022-JP" else b"UTF-8"
    assert wanted in header
    assert all(len(line) <= 78 for line in header.split(b"\r\n"))


def test_words_of_several_charsets_become_one() -> None:
    words = (*encoded_words("鷺", "ISO-2022-JP"), *encoded_words("Störche", "ISO-8859-1"), b"and herons")
    assert shown(tagged(b" ".join(words))) == "[birds:00007] 鷺Störche and herons"


def test_a_tag_within_encoded_words_is_found() -> None:
    header = tagged(b" ".join(encoded_words("Re: [birds:00006] 鷺", "ISO-2022-JP")))
    assert shown(header) == "Re: [birds:00007] 鷺"


def test_a_tag_of_a_displayed_name_that_the_charset_lacks_is_written_in_utf_8() -> None:
    header = tagged(b" ".join(encoded_words("鷺", "ISO-2022-JP")), "[%n]", display_name="Störche")
    assert shown(header) == "[Störche] 鷺"
    assert b"UTF-8" in header


def test_raw_octets_stay_what_they_are() -> None:
    raw = "鷺".encode("cp932")
    header = tagged(raw, "[%n]")
    assert header.startswith(b"Subject: [birds]")
    assert raw in header
    assert shown_raw(tagged("鷺".encode(), "[%n]")) == "[birds] 鷺"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Re: [birds:00006] %s", b"Re: [birds:00007] %s"),
        (b"[birds:00006] RE:\r\n Fwd: [birds:5] %s", b"RE: Fwd: [birds:00007] %s"),
        (b"%s [birds:00006]", b"[birds:00007] %s [birds:00006]"),
        (b"[birds:00006] %s\r\n and more", b"[birds:00007] %s\r\n and more"),
        (b"[birds:00006] \xa0%s", b"[birds:00007] \xa0%s"),
    ],
)
@pytest.mark.parametrize("charset", ["cp932", "euc-jp"])
def test_before_raw_octets_there_is_one_tag_after_the_marks(value: bytes, expected: bytes, charset: str) -> None:
    raw = "鷺".encode(charset)
    header = tagged(value.replace(b"%s", raw))
    assert header == b"Subject: " + expected.replace(b"%s", raw) + b"\r\n"


def test_what_vendors_have_added_to_iso_2022_jp_hides_no_tag() -> None:
    # ① in NEC's row 13, as mail programs in Japan write it.
    word = b"=?ISO-2022-JP?B?" + b64encode(b"Re: [birds:00006] \x1b$B-!:m\x1b(B") + b"?="
    assert shown(tagged(word)) == "Re: [birds:00007] ①鷺"


def test_what_looks_like_an_encoded_word_stays_text() -> None:
    header = tagged(b"=?UTF-8?B?" + b64encode(b"=?utf-8?q?=E9=B7=BA?= \x1b$B heron") + b"?=")
    assert shown(header) == "[birds:00007] =?utf-8?q?=E9=B7=BA?= \x1b$B heron"


def test_no_line_is_longer_than_lines_may_be() -> None:
    long = b"\r\n ".join([b"=?utf-8?B?" + b64encode(b"heron" * 9) + b"?="] * 30)
    header = tagged(long)
    assert shown(header) == "[birds:00007] " + "heron" * 270
    assert all(len(line) <= 998 for line in header.split(b"\r\n"))


def shown_raw(header: bytes) -> str:
    return shown(header)


def test_of_several_subjects_one_is_left() -> None:
    header = header_after(subject.apply, b"Subject: one\r\nSubject: two\r\n", subject_tag="[%n]")
    assert fields_called(header, b"subject") == (b"Subject: [birds] one\r\n",)
