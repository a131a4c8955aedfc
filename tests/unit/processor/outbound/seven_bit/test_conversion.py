"""Messages in 7 bit, read back by the standard library."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.processor.outbound.seven_bit.converting import as_sent, converted, is_7bit, leaves

from processor.outbound.seven_bit.fault import Unconvertible

HEAD = b"From: ada@example.com\r\nMIME-Version: 1.0\r\n"
JAPANESE = "飛脚が参りました。\r\n".encode()
MOSTLY_ASCII = "He went to the café, as every other day of that long winter.\r\n".encode()


def part(content_type: str, body: bytes, encoding: str = "8bit") -> bytes:
    label = f"Content-Transfer-Encoding: {encoding}\r\n" if encoding else ""
    return f"Content-Type: {content_type}\r\n{label}\r\n".encode() + body


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b", more: str = "") -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\r\n\r\n'.encode()
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), one) for one in parts)
    return head + inside + b"--%b--\r\n" % boundary.encode()


def header_of(octets: bytes, name: str) -> Any:
    return message_from_bytes(octets, policy=policy.default)[name]


def check(octets: bytes) -> bytes:
    """Convert it and have the standard library compare."""
    found = converted(octets)
    assert is_7bit(found)
    assert leaves(found) == leaves(octets)
    for piece in (1, 3, 64):
        assert converted(octets, piece) == found
    return found


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (JAPANESE * 20, "base64"),
        (MOSTLY_ASCII * 20, "quoted-printable"),
        (MOSTLY_ASCII.rstrip(), "quoted-printable"),
        (b"x" * 2000 + b"\r\n", "quoted-printable"),
        (b"a\0b\r\n", "base64"),
        (b"plain\r\n", "7bit"),
        (b"", "7bit"),
    ],
)
def test_a_text_gets_the_encoding_that_suits_it(body: bytes, label: str) -> None:
    octets = check(as_sent(HEAD + part("text/plain; charset=utf-8", body)))
    assert header_of(octets, "Content-Transfer-Encoding") == label


def test_what_is_no_text_becomes_base64() -> None:
    octets = check(HEAD + part("image/png", b"\x89PNG\r\n" * 40))
    assert header_of(octets, "Content-Transfer-Encoding") == "base64"


def test_parts_are_converted_each_for_itself_and_the_others_stay_octet_by_octet() -> None:
    untouched = part("text/plain", b"plain \r\n-- \r\n--not a delimiter\r\nend", "")
    octets = check(
        HEAD
        + multipart(
            untouched,
            part("text/plain; charset=utf-8", JAPANESE),
            multipart(
                part("text/html; charset=utf-8", MOSTLY_ASCII), part("application/x", b"\xff\r\n"), boundary="b2"
            ),
        )
    )
    assert untouched in octets
    assert octets.count(b"Content-Transfer-Encoding: base64") == 2
    assert octets.count(b"Content-Transfer-Encoding: quoted-printable") == 1


def test_a_message_inside_is_converted_in_its_own_parts() -> None:
    inner = "Subject: 飛脚\r\n".encode() + HEAD + part("text/plain; charset=utf-8", JAPANESE)
    octets = check(HEAD + multipart(part("message/rfc822", inner)))
    assert b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n" in octets
    assert b"\r\nSubject: =?UTF-8?B?" in octets.replace(b"utf-8", b"UTF-8")


def test_parts_of_a_digest_are_messages() -> None:
    inner = HEAD + part("text/plain; charset=utf-8", JAPANESE)
    octets = check(HEAD + multipart(b"\r\n" + inner, kind="digest"))
    assert b"Content-Transfer-Encoding: base64" in octets


def test_a_text_without_a_type_gets_one() -> None:
    octets = converted(b"From: ada@example.com\r\n\r\n" + JAPANESE)
    assert header_of(octets, "Content-Type").params == {"charset": "utf-8"}
    assert header_of(octets, "MIME-Version") == "1.0"
    assert leaves(octets) == [("text/plain", JAPANESE)]
    unknown = converted(b"From: ada@example.com\r\n\r\n\x8e\x83\r\n")
    assert b"Content-Type: text/plain; charset=unknown-8bit\r\n" in unknown


def test_labels_say_what_is_so() -> None:
    octets = converted(HEAD + b"Content-Transfer-Encoding: 8bit\r\n" + multipart(part("text/plain", b"plain\r\n")))
    assert b"8bit" not in octets


def test_what_is_encoded_already_is_mended_at_most() -> None:
    check(
        HEAD
        + multipart(part("text/plain", b"=C3=A9\r\n", "quoted-printable"), part("image/png", b"/w==\r\n", "base64"))
    )
    torn = converted(
        HEAD + part("text/plain; charset=utf-8", b"=C3=A9 \xc3\xa9 " + b"=3D" * 500 + b"\r\n", "quoted-printable")
    )
    assert is_7bit(torn)
    assert leaves(torn) == [("text/plain", "é é ".encode() + b"=" * 500 + b"\r\n")]
    sifted = converted(HEAD + part("image/png", b"/w\xa0==\r\n", "base64"))
    assert leaves(sifted) == [("image/png", b"\xff")]
    folded = check(HEAD + part("image/png", b"QUJD" * 500 + b"\r\n", "base64"))
    assert leaves(folded) == [("image/png", b"ABC" * 500)]


def test_a_signed_part_that_is_ascii_stays_and_one_that_is_not_cannot_be_converted() -> None:
    def signed(text: bytes) -> bytes:
        inside = (part("text/plain; charset=utf-8", text), part("application/pgp-signature", b"x\r\n"))
        return multipart(*inside, kind="signed", boundary="s", more='; protocol="application/pgp-signature"')

    whole = HEAD + multipart(signed(b"plain\r\n"), part("text/plain; charset=utf-8", JAPANESE))
    assert signed(b"plain\r\n") in check(whole)
    for octets in (HEAD + multipart(signed(JAPANESE)), HEAD + signed(JAPANESE)):
        with pytest.raises(Unconvertible, match="signature") as caught:
            converted(octets)
        assert caught.value.status == "5.6.3"


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (part("message/delivery-status", JAPANESE), "5.6.3"),
        (part("message/partial; id=x; number=1", JAPANESE), "5.6.3"),
        (part("text/plain", JAPANESE, "x-uuencode"), "5.6.3"),
        ("From: 飛脚@example.com\r\n".encode() + part("text/plain", b"plain\r\n"), "5.6.7"),
    ],
)
def test_what_has_no_form_in_7_bit_is_named(octets: bytes, status: str) -> None:
    with pytest.raises(Unconvertible) as caught:
        converted(octets)
    assert caught.value.status == status


def test_a_message_global_is_encoded_whole() -> None:
    inner = "Subject: 飛脚\r\n\r\nbody\r\n".encode()
    octets = converted(HEAD + multipart(part("message/global", inner)))
    assert b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n" in octets
    assert is_7bit(octets)


def test_what_readers_pass_over_may_lose_octets() -> None:
    octets = multipart(part("text/plain", b"plain\r\n")).replace(b"\r\n\r\n", b"\r\n\r\n\xe9 preamble\r\n", 1)
    found = converted(HEAD + octets + b"\xe9 epilogue\r\n")
    assert is_7bit(found)
    assert b"? preamble" in found
    assert b"? epilogue" in found


def test_nesting_has_its_limits() -> None:
    octets = part("text/plain", JAPANESE)
    for number in range(120):
        octets = multipart(octets, boundary=f"b{number}")
    with pytest.raises(Unconvertible, match="deep"):
        converted(HEAD + octets)


DELIMITERS = (b"--b", b"--b--", b"\r\n--b2\r\n", b"\r\n--b2--\r\n", b"-", b"\r\n", b"\r\n\r\n")
FIELDS = (
    b"Content-Type: text/plain\r\n",
    b'Content-Type: multipart/mixed; boundary="b2"\r\n',
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
)
TEXTS = ("飛脚".encode(), b"text", b"\xff", b"=", b"x" * 1000)
WORDS = st.sampled_from((*DELIMITERS, *FIELDS, *TEXTS))


@given(st.lists(WORDS, max_size=30), st.integers(1, 40))
def test_whatever_comes_is_7_bit_and_the_same_in_pieces_of_any_size(words: list[bytes], piece: int) -> None:
    octets = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' + b"".join(words)
    octets = as_sent(octets)
    try:
        found = converted(octets)
    except Unconvertible:
        return
    assert found.isascii()
    assert converted(octets, piece) == found
