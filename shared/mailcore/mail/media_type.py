"""The content type that a field gives (RFC 2045 5.1), read as leniently as programs that show mail read it."""

import re
from email.message import Message

from mailcore.mail.bounded_fields import BOUNDED_FIELDS

DEFAULT_TYPE = "text/plain"
"""What is meant where there is no such field (RFC 2045 5.2)."""
_IN_NO_NAME = re.compile(r"[^a-z0-9!#$&^_.+/-]")
_MOST = 127
"""Characters: no registered type has more (RFC 6838 4.2)."""


def media_type_of(raw: bytes) -> tuple[str, bytes]:
    """Give `type/subtype` in lower case (`text/plain` for what is none), and the boundary, empty where there is none.

    `raw`: what stands behind the colon. What no registered type has in it is a `?`, and what is too long is cut: it can
    be shown to anybody.
    """
    # As Latin-1 every octet is a character, and what comes of it is the same octets again.
    message = Message(BOUNDED_FIELDS)
    message["Content-Type"] = " ".join(raw.decode("latin-1").split())
    media_type = _IN_NO_NAME.sub("?", message.get_content_type())[:_MOST]
    return media_type, (message.get_boundary() or "").encode("latin-1", "replace")
