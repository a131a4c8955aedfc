"""A content store in memory that fails on request."""

from collections.abc import AsyncIterator

from mailcore.content.interface import ContentWriter
from mailcore.errors import ContentAway, Transient
from mailcore.mail.content import StoredContent


class MemoryContents:
    """Implements `ContentStore`. `failure` is raised by whatever is asked next, as long as it is set."""

    def __init__(self) -> None:
        self.failure: Transient | None = None
        self.stored: dict[str, bytes] = {}
        self.open: set[str] = set()
        """Keys of what has been begun and not ended."""
        self.pieces: list[int] = []
        """Size of each write."""
        self._count = 0

    async def create(self) -> ContentWriter:
        """Begin content."""
        self.raise_failure()
        self._count += 1
        return _Writer(self, f"content-{self._count}")

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give stored octets in one piece."""
        self.raise_failure()
        if content.key not in self.stored:
            raise ContentAway
        yield self.stored[content.key][start:end]

    async def remove(self, key: str) -> None:
        """Forget content."""
        self.stored.pop(key, None)

    async def keys(self) -> AsyncIterator[tuple[str, float]]:
        """Give all keys."""
        for key in self.stored:
            yield key, 0.0

    async def remove_leftovers(self, before: float) -> int:
        """Find none: what was begun is gone with the test."""
        return 0

    async def check(self) -> None:
        """Fail if it is to."""
        self.raise_failure()

    def raise_failure(self) -> None:
        """Fail if it is to."""
        if self.failure is not None:
            raise self.failure


class _Writer:
    def __init__(self, contents: MemoryContents, key: str) -> None:
        self._contents = contents
        self._key = key
        self._octets = bytearray()
        contents.open.add(key)

    async def write(self, octets: bytes) -> None:
        self._contents.raise_failure()
        self._contents.pieces.append(len(octets))
        self._octets += octets

    async def commit(self) -> StoredContent:
        self._contents.open.discard(self._key)
        self._contents.raise_failure()
        self._contents.stored[self._key] = bytes(self._octets)
        return StoredContent(self._key, len(self._octets))

    async def abort(self) -> None:
        self._contents.open.discard(self._key)
