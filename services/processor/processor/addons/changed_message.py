"""A message that an addon gave back, taken into the content store as what comes over SMTP is: lines ended by CRLF."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from mailcore.content.interface import ContentStore
from mailcore.mail.content import INLINE_LIMIT, Content, InlineContent
from mailcore.mail.headers import header_size
from maildecide.message.addons.answer import refuse_unless_message
from processor.addons.addon_run import AddonRun
from processor.load import MOST_HEADER

_PIECE = 256 * 1024
_BARE_LF = re.compile(rb"(?<!\r)\n")


async def with_message(run: AddonRun, path: Path, store: ContentStore) -> AddonRun:
    """Give the run with the message at `path` in place of its own.

    Raises ValueError, saying why it is none that can be delivered, OSError, and what writing content raises.
    """
    before = run.incoming.trace_fields + run.header
    if (await asyncio.to_thread(path.stat)).st_size <= INLINE_LIMIT // 2:
        octets = b"".join([piece async for piece in _pieces(path)])
        content: Content = InlineContent(octets)
        size = header_size(octets)
        header = octets[:size]
        refuse_unless_message(header, before)
    else:
        header = await _header(path)
        refuse_unless_message(header, before)
        content, size = await _stored(path, store), len(header)
    incoming = msgspec.structs.replace(
        run.incoming,
        content=content,
        header_size=size,
        # They are in the message now, where the addon has put them.
        trace_fields=b"",
        envelope=msgspec.structs.replace(run.incoming.envelope, body="8BITMIME"),
    )
    return msgspec.structs.replace(run, incoming=incoming, header=header, body_start=size)


async def _header(path: Path) -> bytes:
    begin = bytearray()
    async for piece in _pieces(path):
        begin += piece
        if b"\r\n\r\n" in begin or begin.startswith(b"\r\n"):
            return bytes(begin[: header_size(bytes(begin))])
        if len(begin) > MOST_HEADER:
            raise ValueError("the header section of the answer has no end")
    return bytes(begin)


async def _stored(path: Path, store: ContentStore) -> Content:
    writer = await store.create()
    try:
        async for piece in _pieces(path):
            await writer.write(piece)
        return await writer.commit()
    except BaseException:
        await writer.abort()
        raise


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    """Give the octets with CRLF for every line feed alone; a CR that ends no line stays, as it does over SMTP."""
    last = b"\n"
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            begins_with_lf = last == b"\r" and piece.startswith(b"\n")
            last = piece[-1:]
            yield b"\n" * begins_with_lf + _BARE_LF.sub(b"\r\n", piece[begins_with_lf:])
    if last != b"\n":
        yield b"\r\n"
