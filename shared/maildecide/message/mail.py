"""The message as the steps see it: header section at hand, body by reference, cheap to copy with another header."""

from uuid import UUID

import msgspec

from mailcore.errors import Malformed
from mailcore.mail.content import Content, StoredContent
from mailcore.mail.envelope import Envelope
from mailcore.mail.incoming import Client, Marks


class Arrival(msgspec.Struct, frozen=True):
    """How and when a message came: what everything that is derived from it derives from, never from the clock."""

    id: UUID
    at: float
    """Seconds since the epoch."""
    server: str
    """What the server that took it calls itself."""
    client: Client
    root: UUID | None = None
    """The message that it came of in the end, where it came back through our own port (row 22); None: it is that."""


class Mail(msgspec.Struct, frozen=True):
    """A message for one recipient. Edits give a new value; the body is shared."""

    envelope: Envelope
    trace_fields: bytes
    """What this server adds above the header section, CRLF-ended."""
    header: bytes
    """The header section, CRLF-ended, the empty line not included."""
    content: Content
    body_start: int
    """Where in `content` what follows `header` begins: the empty line and the body.

    Or the rest of a header section so long that only its beginning is at hand.
    """
    arrival: Arrival
    marks: Marks = Marks()
    """What the session found out about it."""
    folder: str = ""
    """The Maildir++ folder that a rule wants it in, with its leading dot; empty: the one that its address names."""

    @property
    def content_key(self) -> str | None:
        """The key in the content store; None when the content is inline."""
        return self.content.key if isinstance(self.content, StoredContent) else None

    @property
    def size(self) -> int:
        """Octets of the whole as it is now, as RFC 1870 counts."""
        return len(self.trace_fields) + len(self.header) + self.content.size - self.body_start


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Mail)


def encode(mail: Mail) -> bytes:
    """Give the octets that stand for `mail`, as it was edited, until it is processed further."""
    return _encoder.encode(mail)


def decode(octets: bytes) -> Mail:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a message on its way: {error}") from error
