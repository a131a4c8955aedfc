"""Messages as they are, in answers."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from admin_api.answers import Answers
from mailcore.content.interface import ContentStore
from mailcore.mail.content import Content, InlineContent

MESSAGE = "message/rfc822"
"""RFC 2046 5.2.1."""

OCTETS: Answers = {
    200: {
        "description": "Its octets.",
        "content": {MESSAGE: {"schema": {"type": "string"}, "example": "Subject: hello\r\n\r\nHello.\r\n"}},
    }
}
"""How an operation describes such an answer."""


async def octets_of(
    content: Content, store: ContentStore, *, above: bytes = b"", start: int = 0
) -> AsyncIterator[bytes]:
    """Give `above`, and the octets of a content from `start` on. Raises ContentAway and ContentMissing.

    What is not there at all raises before anything is given.
    """
    if isinstance(content, InlineContent):
        yield above + content.octets[start:]
        return
    async for piece in store.read(content, start):
        yield above + piece
        above = b""
    if above:
        yield above


async def to_be_saved(octets: AsyncIterator[bytes]) -> StreamingResponse:
    """Answer with a message, which no browser shows as if it were ours.

    Raises what `octets` raises at first, while there is still another answer to give.
    """
    first = await anext(octets, b"")

    async def pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in octets:
            yield piece

    return StreamingResponse(pieces(), media_type=MESSAGE, headers={"Content-Disposition": "attachment"})
