"""Where the octets of a message are: inline in the value, or in the content store.

Small content travels with the message, large content is stored once and referred to, so that no message is ever
held whole in memory.
"""

import msgspec

INLINE_LIMIT = 64 * 1024
"""Most octets that travel inline; more goes to the content store."""


class InlineContent(msgspec.Struct, frozen=True, tag="inline"):
    """Octets that travel with the message, lines ended by CRLF."""

    octets: bytes

    @property
    def size(self) -> int:
        """Size in octets."""
        return len(self.octets)


class StoredContent(msgspec.Struct, frozen=True, tag="stored"):
    """Octets in the content store under `key`, lines ended by CRLF."""

    key: str
    size: int


Content = InlineContent | StoredContent
