"""Writes a report: what it returns is streamed from where the message lies, into the store where the whole is large."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import structlog

from mailcore.content.interface import ContentStore
from mailcore.dsn.compose import Frame, compose, frame
from mailcore.dsn.report import Report, Streamed
from mailcore.dsn.texts import Language
from mailcore.errors import ContentAway, ContentMissing
from mailcore.mail.content import Content, InlineContent, StoredContent
from mailcore.mail.headers import header_size
from mailcore.mail.transfer_encoding import Base64
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.rendering import rest_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A report as a message."""

    report: Report
    header: bytes
    """Its header section."""
    content: Content
    """All of it, header section included."""
    is_8bit: bool

    @property
    def body(self) -> str:
        """BODY of its envelope."""
        return "8BITMIME" if self.is_8bit else "7BIT"

    @property
    def content_key(self) -> str | None:
        """The key in the content store; None when the content is inline."""
        return self.content.key if isinstance(self.content, StoredContent) else None


async def written(report: Report, original: RemoteMail, store: ContentStore, language: Language) -> Written:
    """Write a report about `original`; one that cannot return the message whole returns its header section."""
    if isinstance(report.whole, Streamed):
        try:
            return await _stored(report, original, store, language)
        except (ContentAway, ContentMissing) as error:
            # The report is worth more than what it returns.
            log.warning("a message is returned without its body", reason=str(error))
            report = replace(report, whole=None)
    octets = compose(report, language)
    return Written(report, octets[: header_size(octets)], InlineContent(octets), not octets.isascii())


async def _stored(report: Report, original: RemoteMail, store: ContentStore, language: Language) -> Written:
    framed = frame(report, language)
    writer = await store.create()
    try:
        await writer.write(framed.before)
        async for piece in _returned(framed, original, store):
            await writer.write(piece)
        await writer.write(framed.after)
    except BaseException:
        await writer.abort()
        raise
    content = await writer.commit()
    return Written(report, framed.before[: header_size(framed.before)], content, framed.is_8bit)


async def _returned(framed: Frame, original: RemoteMail, store: ContentStore) -> AsyncIterator[bytes]:
    if not framed.is_base64:
        yield original.header
        async for piece in rest_of(original, store):
            yield piece
        return
    encoder = Base64()
    yield encoder.feed(original.header)
    async for piece in rest_of(original, store):
        yield encoder.feed(piece)
    yield encoder.finish() + b"\r\n"
