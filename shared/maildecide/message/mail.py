"""The message as the steps see it: header section at hand, body by reference, cheap to copy with another header."""

from uuid import UUID

import msgspec

from mailcore.mail.content import Content
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
