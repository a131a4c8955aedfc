"""The content type that a field gives (RFC 2045 5.1), read as leniently as programs that show mail read it."""

from email.message import Message

DEFAULT_TYPE = "text/plain"
"""What is meant where there is no such field (RFC 2045 5.2)."""


def media_type_of(raw: bytes) -> tuple[str, bytes]:
    """Give `type/subtype` in lower case (`text/plain` for what is none), and the boundary, empty where there is none.

    `raw`: what stands behind the colon.
    """
    # As Latin-1 every octet is a character, and what comes of it is the same octets again.
    message = Message()
    message["Content-Type"] = " ".join(raw.decode("latin-1").split())
    return message.get_content_type(), (message.get_boundary() or "").encode("latin-1", "replace")
