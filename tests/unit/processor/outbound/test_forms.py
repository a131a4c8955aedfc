"""Which form of a message a server gets."""

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from tests.builders import MESSAGE_ID
from tests.fakes.contents import MemoryContents
from tests.unit.processor.outbound.seven_bit.converting import is_7bit, leaves

from mailcore.mail.content import InlineContent, StoredContent
from mailcore.mail.headers import header_size
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.client.parameters import hindrance
from processor.outbound.forms import Forms
from processor.outbound.remote_mail import RemoteMail

TEXT = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n飛脚\r\n".encode()
PLAIN = Extensions()
EIGHT = Extensions({"8BITMIME": ""})


def a_mail(octets: bytes, **changes: Any) -> RemoteMail:
    size = header_size(octets)
    mail = RemoteMail(
        MESSAGE_ID, 0.0, 0, "ada@example.com", (), b"Received: x\r\n" + octets[:size], InlineContent(octets), size
    )
    return msgspec.structs.replace(mail, **changes)


def forms(octets: bytes, **changes: Any) -> Forms:
    return Forms(a_mail(octets, **changes), MemoryContents())


async def whole(form: Outgoing) -> bytes:
    return b"".join([piece async for piece in form.pieces()])


async def test_it_goes_as_it_is_to_who_takes_it_so() -> None:
    of_text = forms(TEXT)
    form = await of_text.for_server(EIGHT)
    assert await whole(form) == b"Received: x\r\n" + TEXT
    assert (form.is_8bit, form.is_converted, form.size) == (True, False, len(TEXT) + 13)
    of_ascii = forms(b"Subject: x\r\n\r\nplain\r\n")
    assert await of_ascii.for_server(PLAIN) is await of_ascii.for_server(EIGHT)


async def test_it_goes_in_7_bit_to_who_does_not() -> None:
    of_text = forms(TEXT)
    form = await of_text.for_server(PLAIN)
    octets = await whole(form)
    assert is_7bit(octets)
    assert leaves(octets) == [("text/plain", "飛脚\r\n".encode())]
    assert (form.is_converted, form.is_8bit, form.breaks_signature) == (True, False, False)
    assert form.size == len(octets)
    assert hindrance(form, PLAIN) is None
    assert await of_text.for_server(PLAIN) is form
    assert await whole(form) == octets


async def test_the_header_section_comes_in_a_piece_of_its_own() -> None:
    form = await forms(TEXT).for_server(PLAIN)
    first = await anext(form.pieces())
    assert first.endswith(b"Content-Transfer-Encoding: base64\r\n")


async def test_signatures_that_break_are_named() -> None:
    form = await forms(b"DKIM-Signature: v=1; b=abc\r\n" + TEXT).for_server(PLAIN)
    assert form.breaks_signature


async def test_what_cannot_be_converted_says_why() -> None:
    form = await forms(TEXT.replace(b"text/plain", b"multipart/signed; boundary=b")).for_server(PLAIN)
    answer = hindrance(form, PLAIN)
    assert answer is not None
    assert answer.status == "5.6.3"
    assert answer.why.endswith("cannot be converted: a signature over 8-bit content would break")
    assert hindrance(form, EIGHT) is None


async def test_binary_content_is_encoded_octet_by_octet() -> None:
    octets = TEXT.partition(b"\r\n\r\n")[0] + b"\r\nContent-Transfer-Encoding: binary\r\n\r\none\ntwo\rthree\0"
    form = await forms(octets, body="BINARYMIME").for_server(Extensions({"8BITMIME": "", "CHUNKING": ""}))
    assert leaves(await whole(form)) == [("text/plain", b"one\ntwo\rthree\0")]
    assert hindrance(form, EIGHT) is None


PART = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n'
    b'Content-Disposition: attachment; filename="%b"\r\n\r\n\xe9\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("octets", "smtputf8", "status"),
    [
        ("Subject: 飛脚\r\n\r\nplain\r\n".encode(), True, "5.6.7"),
        (PART % "飛脚".encode(), True, "5.6.7"),
        (PART % b"plain", True, None),
        (PART % "飛脚".encode(), False, None),
        (TEXT, True, None),
    ],
)
async def test_a_server_without_smtputf8_gets_what_does_not_need_it(
    octets: bytes, smtputf8: bool, status: str | None
) -> None:
    of_mail = forms(octets, smtputf8=smtputf8)
    for extensions in (PLAIN, EIGHT):
        answer = hindrance(await of_mail.for_server(extensions), extensions)
        assert (answer and answer.status) == status
    capable = Extensions({"8BITMIME": "", "SMTPUTF8": ""})
    assert hindrance(await of_mail.for_server(capable), capable) is None


class _Endless(MemoryContents):
    """Gives content that is never held: `before` and then lines of text."""

    def __init__(self, before: bytes) -> None:
        super().__init__()
        self._before = before

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        yield self._before
        piece = "飛脚が参りました。\r\n".encode() * 8000
        for _ in range(0, content.size, len(piece)):
            yield piece


@pytest.mark.parametrize(
    ("header", "before"),
    [
        (b"Subject: x\r\n", b"\r\n"),
        (b"Content-Type: text/plain; charset=utf-8\r\n", b"\r\n"),
        (b'Content-Type: multipart/mixed; boundary="b"\r\n', b"\r\n--b\r\nContent-Type: application/x\r\n\r\n"),
    ],
)
@pytest.mark.slow
async def test_a_large_message_is_never_held(header: bytes, before: bytes) -> None:
    size = 12 * 1024 * 1024
    mail = a_mail(b"", header=header, content=StoredContent("x", size))
    tracemalloc.start()
    try:
        form = await Forms(mail, _Endless(before)).for_server(PLAIN)
        sizes = [len(piece) async for piece in form.pieces()]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) == form.size
    assert form.size > size
    assert max(sizes) < 2 * 1024 * 1024
    assert peak < 4 * 1024 * 1024
