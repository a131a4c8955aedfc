import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailcore.mail.encoded_words import decoded, encoded_words
from mailcore.mail.header_edits import fields_called
from mailcore.mail.headers import split_fields
from mailcore.mail.subject import with_prefix

JIS = b"=?ISO-2022-JP?B?" + b"GyRCN29MPhsoQg==" + b"?="
UTF8 = b"=?UTF-8?B?5Lu25ZCN?="


def section(subject: bytes | None) -> bytes:
    return b"A: b\r\n" + (b"" if subject is None else b"Subject: " + subject + b"\r\n") + b"Z: y\r\n"


def shown(header: bytes) -> str:
    return decoded(fields_called(header, b"subject")[0].partition(b":")[2])


@pytest.mark.parametrize("prefix", ["[x] ", "[x]", "【広告】", "【広告】 ", "=?x?= "])
@pytest.mark.parametrize(
    "subject", [b"hello", JIS, UTF8, JIS + b"\r\n " + JIS, UTF8 + b" tail", "件名".encode(), b"one\r\n two", b"y" * 77]
)
def test_a_reader_sees_prefix_and_subject(prefix: str, subject: bytes) -> None:
    header = section(subject)
    result = with_prefix(header, prefix)
    assert shown(result) == prefix + decoded(subject)
    assert with_prefix(result, prefix) == result
    assert (split_fields(result)[0], split_fields(result)[-1]) == (split_fields(header)[0], split_fields(header)[-1])


@pytest.mark.parametrize(
    ("subject", "prefix", "raw"),
    [
        (b"hello", "[x] ", b"Subject: [x] hello\r\n"),
        (JIS, "[x] ", b"Subject: [x] " + JIS + b"\r\n"),
        (JIS, "【広告】", b"Subject: " + encoded_words("【広告】", "ISO-2022-JP")[0] + b"\r\n " + JIS + b"\r\n"),
        (UTF8, "【広告】", b"Subject: " + encoded_words("【広告】")[0] + b" " + UTF8 + b"\r\n"),
        (JIS, "é ", b"Subject: " + encoded_words("é ")[0] + b" " + JIS + b"\r\n"),
        (b"", "[x] ", b"Subject: [x]\r\n"),
        (None, "【広告】 ", b"Subject: " + encoded_words("【広告】")[0] + b"\r\n"),
    ],
)
def test_as_it_is_written(subject: bytes | None, prefix: str, raw: bytes) -> None:
    assert fields_called(with_prefix(section(subject), prefix), b"subject") == (raw,)


@pytest.mark.parametrize(
    "subject", [b"[x] a", b"Re: [x] a", b"RE: Fwd: [x] a", b"Re[2]: [x] a", "返信: [x] a".encode()]
)
def test_a_prefix_that_is_there_is_not_put_twice(subject: bytes) -> None:
    assert with_prefix(section(subject), "[x] ") == section(subject)


def test_a_prefix_further_on_is_none() -> None:
    assert shown(with_prefix(section(b"about [x]"), "[x] ")) == "[x] about [x]"


def test_the_first_of_two_subjects_is_marked_and_the_other_left() -> None:
    result = with_prefix(b"Subject: a\r\nSubject: b\r\n", "[x] ")
    assert result == b"Subject: [x] a\r\nSubject: b\r\n"


def test_a_prefix_is_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        with_prefix(section(b"a"), "x\r\nBcc: y")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30))
def test_any_prefix_before_plain_text(prefix: str) -> None:
    # One that is there already is not put twice.
    assume(not "zzz hello".startswith(prefix))
    result = with_prefix(section(b"zzz hello"), prefix)
    assert shown(result) == prefix + "zzz hello" or decoded(prefix.encode()) != prefix
