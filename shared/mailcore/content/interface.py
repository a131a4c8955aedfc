"""What a content store promises."""

from collections.abc import AsyncIterator
from typing import Protocol

from mailcore.mail.content import StoredContent


class ContentWriter(Protocol):
    """Content on its way into the store. Exactly one of `commit` and `abort` ends it."""

    async def write(self, octets: bytes) -> None:
        """Append. Raises ContentAway, or StorageFull when no room is left."""

    async def commit(self) -> StoredContent:
        """Make it durable under its key, content and name alike, then give it. Raises ContentAway or StorageFull."""

    async def abort(self) -> None:
        """Remove what was written. Never raises."""


class ContentStore(Protocol):
    """Octets under keys. Only the references in `content_ref` decide what is kept."""

    async def create(self) -> ContentWriter:
        """Begin new content under a new key. Raises ContentAway or StorageFull."""

    def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the octets from `start` to before `end` in pieces of at most 256 KiB.

        Raises ContentMissing when the store is there and the content is not, ContentAway otherwise.
        """

    async def remove(self, key: str) -> None:
        """Remove content; it is no error when it is gone already."""

    def keys(self) -> AsyncIterator[tuple[str, float]]:
        """Give every key with the time it was last written, in seconds since the epoch."""

    async def remove_leftovers(self, before: float) -> int:
        """Remove what writers that never ended last wrote before `before`; give how many."""

    async def check(self) -> None:
        """Return when content can be read now; raise ContentAway otherwise."""
