"""The message as the steps see it: header section at hand, body by reference, cheap to copy with another header."""

import msgspec

from mailcore.mail.content import Content
from mailcore.mail.envelope import Envelope
from mailcore.mail.incoming import Marks


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
    marks: Marks = Marks()
    """What the session found out about it."""
