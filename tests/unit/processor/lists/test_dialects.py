"""The library is asked what servers said before there was a standard, and nothing that it is given holds it up."""

import base64
import time
from quopri import encodestring

import pytest

from processor.lists.dialects import MOST_OCTETS, read_dialect

EXIM = b"From: Mail Delivery System <mailer-daemon@example.net>\r\nX-Failed-Recipients: ada@example.org\r\n"
GOOGLE = (
    b"Delivery to the following recipient failed permanently:\r\n\r\n     ada@example.org\r\n\r\n"
    b"----- Original message -----\r\n"
)
GOOGLE_LATER = (
    b"Delivery to the following recipient has been delayed:\r\n\r\n     ada@example.org\r\n\r\n"
    b"Message will be retried for 2 more day(s)\r\n"
)
HEADER = b"From: a@example.net\r\nContent-Type: text/plain\r\n"
QUOTED, CODED = (b"Content-Transfer-Encoding: " + name + b"\r\n" for name in (b"quoted-printable", b"base64"))


@pytest.mark.parametrize(
    ("header", "body", "kind", "failed"),
    [
        (EXIM, b"\r\nSorry.\r\n", "failed", ("ada@example.org",)),
        (HEADER, GOOGLE, "failed", ("ada@example.org",)),
        (HEADER + CODED, base64.encodebytes(GOOGLE), "failed", ("ada@example.org",)),
        (HEADER + QUOTED, encodestring(GOOGLE), "failed", ("ada@example.org",)),
        (b"Content-Type: text/plain\r\n", GOOGLE, "failed", ("ada@example.org",)),
        (b"From: \xe9\xab\x98\r\nX-Mailer: \xff\r\n", GOOGLE, "failed", ("ada@example.org",)),
        (HEADER, GOOGLE_LATER, "delayed", ()),
    ],
)
def test_it_knows_them(header: bytes, body: bytes, kind: str, failed: tuple[str, ...]) -> None:
    said = read_dialect(header, b"\r\n" + body)
    assert said is not None
    assert (said.kind, said.failed, said.read_by) == (kind, failed, "flufl.bounce")


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\nHello.\r\n",
        b"",
        b"\r\nWe wrote <not an address>\r\n",
    ],
)
def test_it_makes_nothing_of_others(octets: bytes) -> None:
    assert read_dialect(HEADER, octets) is None


def test_what_is_no_address_is_none() -> None:
    assert read_dialect(b'X-Failed-Recipients: @, "x y"@\r\n', b"\r\n") is None


NETSCAPE = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n%b\r\n"
    b"This Message was undeliverable due to the following reason:\r\n%b\r\n--b\r\n\r\nx\r\n--b--\r\n"
)
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(MOST_OCTETS // 40)
)


@pytest.mark.parametrize(
    "octets",
    [
        NETSCAPE % (b"", b"<" * 20_000),
        NETSCAPE % (QUOTED, b"<<<<<<<<<<<<<<<<<<<=\r\n" * 1000),
        NETSCAPE % (CODED, base64.encodebytes(b"<" * 20_000)),
        NETSCAPE % (b"", (b"<" * 119 + b"\r\n") * 120),
        NESTED,
        b"X-Failed-Recipients: " + b"(" * MOST_OCTETS + b"\r\n\r\n",
        b"X-Failed-Recipients: " + b"a@b,\r\n " * (MOST_OCTETS // 8) + b"\r\n\r\n",
        b'Content-Type: multipart/mixed; a="' + b";" * MOST_OCTETS + b"\r\n\r\n",
        b'Content-Type: multipart/mixed; a="' + b';"\r\n ;' * (MOST_OCTETS // 8) + b"\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\nfailed addresses follow:\r\n" + (b"x" * 300 + b"\r\n") * 100,
        b"Subject: " + b"=?" * MOST_OCTETS + b"\r\n\r\n",
        bytes(range(256)) * (MOST_OCTETS // 256),
    ],
)
def test_nothing_holds_it_up(octets: bytes) -> None:
    """Without the bounds, the first three take more than ten minutes each."""
    header, _, body = octets.partition(b"\r\n\r\n")
    begun = time.process_time()
    read_dialect(header + b"\r\n", b"\r\n" + body)
    assert time.process_time() - begun < 10
