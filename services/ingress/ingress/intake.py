"""Takes the octets of one message as they come: small ones stay inline, large ones stream into the content store.

Made by `handler` for each message and filled by the session. No more than a piece of the message is in memory at any
time, and the session is held back while the store is slow, since it awaits each write.
"""

from ingress.examiner import Examiner
from ingress.header_scan import HeaderScan
from mailcore.content.interface import ContentStore, ContentWriter
from mailcore.errors import Transient
from mailcore.mail.content import INLINE_LIMIT, Content, InlineContent


class Intake:
    """The message sink (`seam.MessageSink`) of one transaction."""

    def __init__(self, store: ContentStore, *, keeps_header: bool = False, examiner: Examiner | None = None) -> None:
        """`keeps_header`: whether the header section is wanted at the end; `examiner`: who wants to see it all."""
        self.size = 0
        """Octets that came, those that a failing store did not take included."""
        self.header = HeaderScan(keeps_section=keeps_header or examiner is not None)
        self.examiner = examiner
        self.ends_line = True
        """Whether the last line that came is complete."""
        self.failure: Transient | None = None
        """Why the store did not take the message, if it did not."""
        self._store = store
        self._buffer = bytearray()
        self._writer: ContentWriter | None = None

    async def write(self, octets: bytes) -> None:
        """Take the next octets. Never raises: a store that fails is remembered for the end."""
        self.size += len(octets)
        self.ends_line = octets.endswith(b"\n")
        if self.failure is not None:
            return
        self.header.feed(octets)
        if self.examiner is not None:
            self.examiner.show(octets, self.header)
        self._buffer += octets
        if len(self._buffer) > INLINE_LIMIT:
            try:
                await self._spill()
            except Transient as error:
                self.failure = error
                await self.discard()

    async def close_line(self) -> None:
        """End the last line where the client vanished inside it."""
        if not self.ends_line:
            await self.write(b"\r\n")

    async def content(self) -> Content:
        """Give the whole message, durable when it is in the store.

        Raises ContentAway or StorageFull, also for what failed earlier. To be called once, for a message that was not
        discarded.
        """
        if self.failure is not None:
            raise self.failure
        if self._writer is None:
            return InlineContent(bytes(self._buffer))
        await self._spill()
        writer, self._writer = self._writer, None
        return await writer.commit()

    async def discard(self) -> None:
        """Forget the message."""
        self._buffer.clear()
        if self.examiner is not None:
            self.examiner.abandon()
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.abort()

    async def _spill(self) -> None:
        if self._writer is None:
            self._writer = await self._store.create()
        await self._writer.write(bytes(self._buffer))
        self._buffer.clear()
