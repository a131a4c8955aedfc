"""The content types of a post's parts are found wherever readers find them."""

import pytest

from maildecide.lists.posting.content_types import UNREADABLE
from processor.lists.part_types import PartTypes

EXE = "application/x-msdownload"
_EXE_PART = f"--b\r\nContent-Type: {EXE}\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQ\r\n--b--\r\n"


def types_of(octets: bytes, step: int = 4096) -> set[str]:
    """Give those of a message that comes in pieces of `step` octets."""
    at = octets.index(b"\r\n\r\n") + 2
    types = PartTypes(octets[:at])
    for start in range(at, len(octets), step):
        types.feed(octets[start : start + step])
    return set(types.finish())


def a_multipart(subtype: str, body: str = _EXE_PART, more: str = "") -> bytes:
    """Give a message of parts told apart by `b`."""
    return f'Content-Type: multipart/{subtype}; boundary="b"\r\n{more}\r\n{body}'.encode()


def test_one_that_names_none_is_plain_text() -> None:
    assert types_of(b"Subject: herons\r\n\r\nA heron.\r\n") == {"text/plain"}


@pytest.mark.parametrize("step", [1, 7, 4096])
@pytest.mark.parametrize("subtype", ["mixed", "alternative", "signed", "x-anything"])
def test_parts_are_found_in_every_multipart_also_in_what_is_signed(subtype: str, step: int) -> None:
    assert types_of(a_multipart(subtype), step) == {f"multipart/{subtype}", EXE}


@pytest.mark.parametrize("nested", ["message/rfc822", "message/global"])
def test_parts_are_found_in_messages_that_were_sent_on(nested: str) -> None:
    inner = a_multipart("signed").decode().replace('"b"', '"i"').replace("--b", "--i")
    body = f"--b\r\nContent-Type: {nested}\r\n\r\n{inner}--b--\r\n"
    assert types_of(a_multipart("mixed", body)) == {"multipart/mixed", nested, "multipart/signed", EXE}


def test_a_digest_holds_messages_that_name_no_type() -> None:
    inner = f"Content-Type: {EXE}\r\n\r\nMZ\r\n"
    assert types_of(a_multipart("digest", f"--b\r\n\r\n{inner}--b--\r\n")) == {
        "multipart/digest",
        "message/rfc822",
        EXE,
    }


@pytest.mark.parametrize(
    "octets",
    [
        a_multipart("mixed", more="Content-Transfer-Encoding: base64\r\n"),
        b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nA heron.\r\n--b--\r\n",
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTo=\r\n",
        a_multipart("mixed", more="Content-Type: text/plain\r\n"),
        b"Content-Type: text/plain\r\n" + a_multipart("mixed"),
    ],
)
def test_it_says_where_parts_cannot_be_told(octets: bytes) -> None:
    assert UNREADABLE in types_of(octets)


def test_parts_that_are_nested_without_end_cannot_be_told() -> None:
    depth = 200
    octets = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(depth))
    assert types_of(octets.encode()) == {"multipart/mixed", UNREADABLE}
