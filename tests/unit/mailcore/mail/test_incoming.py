from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.errors import Malformed
from mailcore.mail.content import InlineContent, StoredContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Client, Incoming, decode, encode

MAIL = Incoming(
    id=UUID("01890000-0000-7000-8000-000000000000"),
    accepted_at=1_700_000_000.25,
    envelope=Envelope(
        sender="",
        recipients=(Recipient("ü@例子.example", frozenset({"SUCCESS", "FAILURE"}), "rfc822;a+2Bb"),),
        body="8BITMIME",
        smtputf8=True,
        ret="HDRS",
        envid="x+3D",
    ),
    client=Client(ip="2001:db8::1", port=4711, helo="[192.0.2.1]", protocol="UTF8SMTPS", listener="smtp"),
    settings_revision=7,
    trace_fields=b"Received: from x\r\n",
    header_size=6,
    content=InlineContent(b"A: 1\r\n\r\n\x00\xff\r\n"),
)


@pytest.mark.parametrize("content", [MAIL.content, InlineContent(b""), StoredContent("0123", 10**9)])
def test_what_was_encoded_is_read_as_it_was(content: InlineContent | StoredContent) -> None:
    mail = msgspec.structs.replace(MAIL, content=content)
    assert decode(encode(mail)) == mail
    assert mail.size == content.size


def test_octets_are_not_inflated() -> None:
    octets = bytes(range(256)) * 200
    empty, full = (msgspec.structs.replace(MAIL, content=InlineContent(content)) for content in (b"", octets))
    assert len(encode(full)) - len(encode(empty)) <= len(octets) + 4


@given(st.binary(max_size=200))
def test_anything_else_is_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed, match="not a message of the incoming queue"):
        decode(octets)


def test_a_truncated_message_is_malformed() -> None:
    octets = encode(MAIL)
    for end in range(len(octets)):
        with pytest.raises(Malformed):
            decode(octets[:end])
