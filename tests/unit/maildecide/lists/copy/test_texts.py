"""Texts above and below posts, read by Python's own reader of mail."""

from base64 import b64encode
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from tests.unit.maildecide.lists.copy.posts import a_post_out, whole

from maildecide.lists.copy import texts

BELOW = "%n: %a, post %d"
SAID = "birds: birds@example.com, post 7"
HANDLERS = (texts.apply,)


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=policy.default)


def plain(fields: bytes, body: bytes, above: str = "", below: str = BELOW) -> EmailMessage:
    octets = b"MIME-Version: 1.0\r\n" + fields + b"\r\n" + body
    return read(whole(a_post_out(octets, header_text=above, footer_text=below), HANDLERS))


def charset(name: bytes) -> bytes:
    """Give the fields of a text in base64."""
    return b"Content-Type: text/plain; charset=" + name + b"\r\nContent-Transfer-Encoding: base64\r\n"


def text_of(message: EmailMessage) -> str:
    assert message.get_content_type() == "text/plain"
    return str(message.get_content())


@pytest.mark.parametrize(
    ("fields", "body", "below", "expected"),
    [
        (b"", b"A heron.\r\n", BELOW, f"A heron.\n\n{SAID}\n"),
        (b"Content-Type: text/plain; charset=us-ascii\r\n", b"A heron.\r\n", BELOW, f"A heron.\n\n{SAID}\n"),
        (
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
            "鷺\r\n".encode(),
            "会",
            "鷺\n\n会\n",
        ),
        (b"Content-Type: text/plain; charset=iso-2022-jp\r\n", "鷺\r\n".encode("iso-2022-jp"), "会", "鷺\n\n会\n"),
        (
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            b"a=3Db =E9=B7=BA\r\n",
            "c=d 会",
            "a=b 鷺\n\nc=d 会\n",
        ),
        (
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
            b64encode("鷺".encode()) + b"\r\n",
            "会",
            "鷺\n\n会\n",
        ),
        (b"Content-Type: text/plain; charset=no-such\r\n", b"A heron.\r\n", "below", None),
    ],
)
def test_a_plain_text_stays_one(fields: bytes, body: bytes, below: str, expected: str | None) -> None:
    message = plain(fields, body, below=below)
    if expected is None:
        assert str(message.get_payload()).endswith("A heron.\n\nbelow\n".replace("\n", "\r\n"))
    else:
        assert text_of(message).replace("\r\n", "\n") == expected


def test_above_and_below() -> None:
    message = plain(b"", b"A heron.\r\n", above="Welcome to %n.", below="-- \r\n%o")
    assert text_of(message).replace("\r\n", "\n") == "Welcome to birds.\n\nA heron.\n\n-- \nolga@example.com\n"


FLOWED = b"Content-Type: text/plain; charset=utf-8; Format=Flowed\r\n"
"""A text in which a line that ends in a blank goes on in the next."""


def test_lines_of_a_text_that_flows() -> None:
    message = plain(FLOWED, b"A \r\nheron. \r\n", above="> it \n From", below="-- \nFrom %n  \n%d")
    assert text_of(message).replace("\r\n", "\n") == " > it\n  From\n\nA \nheron. \n\n-- \n From birds\n7\n"
    message = plain(FLOWED.replace(b"Flowed", b"fixed"), b"A heron.\r\n", below=" as it is ")
    assert text_of(message).replace("\r\n", "\n") == "A heron.\n\n as it is \n"


def test_what_counts_the_text_that_came_goes() -> None:
    message = plain(b"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nContent-Length: 10\r\n", b"A heron.\r\n")
    assert sorted(message.keys()) == ["MIME-Version"]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (charset(b"UTF16"), b"QQBCAA==\r\n"),
        (charset(b"utf_16_le"), b"QQBCAA==\r\n"),
        (charset(b"unicode-1-1-utf-7"), b"QUJD\r\n"),
        (charset(b"hz"), b"QUJD\r\n"),
        (charset(b"cp037"), b"QUJD\r\n"),
        (charset(b"punycode"), b"QUJD\r\n"),
        # The text of another list behind the end of what is encoded, and what is encoded in two pieces.
        (charset(b"utf-8"), b"QQ==\r\n____\r\nfish mailing list\r\n"),
        (charset(b"utf-8"), b"QQ==\r\nQg==\r\n"),
        (charset(b"utf-8"), b"QUJDRA\r\n"),
        (b"", b"A heron.\r\n"),
        (b"Content-Type: text/plain; charset=iso-8859-1\r\n", b"A heron.\r\n"),
        (b"Content-Type: text/html\r\n", b"<p>A heron.</p>\r\n"),
        (b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n", b"A heron.\r\n"),
        (b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n", b"QUJD\r\n"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n", b"--x\r\n\r\nA heron.\r\n--x--\r\n"),
    ],
)
def test_else_the_message_becomes_a_part_as_it_is(fields: bytes, body: bytes) -> None:
    octets = b"Subject: s\r\n" + fields + b"\r\n" + body
    post = a_post_out(octets, footer_text="会: %d", header_text="こんにちは")
    made = whole(post, HANDLERS)
    message = read(made)
    assert message.get_content_type() == "multipart/mixed"
    above, inner, below = message.iter_parts()
    assert (above.get_content().strip(), below.get_content().strip()) == ("こんにちは", "会: 7")
    # Every field that describes it, and the body, octet for octet.
    assert fields + b"\r\n" + body in made
    assert inner.get_content_type() == (read(octets).get_content_type())
    assert made.count(b"MIME-Version: 1.0\r\n") == 1


SIGNED = (
    b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary=s\r\n',
    (
        b"This is signed.\r\n--s\r\nContent-Type: text/plain\r\n\r\nA heron. \r\n--s\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n--s--\r\n"
    ),
)
ENCRYPTED = (
    b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=s\r\n',
    (
        b"--s\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--s\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--s--\r\n"
    ),
)


OPAQUE = (
    b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n",
    b"QUJD\r\n",
)
WITHIN = (
    b"Content-Type: multipart/mixed; boundary=m\r\n",
    b"--m\r\n" + SIGNED[0] + b"\r\n" + SIGNED[1] + b"--m\r\nContent-Type: text/plain\r\n\r\nPS \r\n--m--\r\n",
)
IN_THE_TEXT = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nA heron. \r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n"
    b"wsBzBAEBCAAdFiEE\r\n-----END PGP SIGNATURE-----\r\n"
)


@pytest.mark.parametrize(
    ("fields", "body"),
    [SIGNED, ENCRYPTED, OPAQUE, WITHIN],
    ids=["signed", "encrypted", "S/MIME in one part", "signed within"],
)
def test_what_is_signed_or_encrypted_is_never_broken(fields: bytes, body: bytes) -> None:
    octets = b"MIME-Version: 1.0\r\n" + fields + b"\r\n" + body
    made = whole(a_post_out(octets, footer_text="below"), HANDLERS)
    assert fields + b"\r\n" + body in made
    inner, below = read(made).iter_parts()
    assert [part.get_content_type() for part in inner.walk()] == [one.get_content_type() for one in read(octets).walk()]
    assert below.get_content().strip() == "below"


def test_a_text_that_is_signed_within_has_the_lists_texts_around_it() -> None:
    octets = b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + IN_THE_TEXT
    made = whole(a_post_out(octets, header_text="above", footer_text="below"), HANDLERS)
    before, signed, after = made.partition(IN_THE_TEXT)
    assert signed
    assert before.endswith(b"\r\n\r\nabove\r\n\r\n")
    assert after.strip() == b"below"


def test_without_texts_nothing_changes() -> None:
    octets = b"Content-Type: text/plain\r\n\r\nA heron.\r\n"
    assert whole(a_post_out(octets), HANDLERS) == octets


def test_what_holds_wide_parts_says_so() -> None:
    octets = (
        b"Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: 8bit\r\n"
        b"\r\n--x\r\n\r\n\xe9\r\n--x--\r\n"
    )
    made = whole(a_post_out(octets, footer_text="below"), HANDLERS)
    assert made.partition(b"\r\n\r\n")[0].endswith(b"Content-Transfer-Encoding: 8bit")
