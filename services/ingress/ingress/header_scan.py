"""Finds the end of the header section while a message streams past, and what ingress wants to know of it.

Called by `intake` with every piece of the message. Only the section itself is kept, which the session bounds, and only
until its end has come, unless header rules want to see it.
"""

from mailcore.mail.headers import count_fields, first_value

_END = b"\r\n\r\n"
_MOST_MESSAGE_ID = 250


class HeaderScan:
    """The header section of one message, seen piece by piece."""

    def __init__(self, *, keeps_section: bool = False) -> None:
        """`keeps_section`: whether somebody will ask for it once it has ended."""
        self.section: bytes | None = None
        """The section, the empty line not included, where it is kept; known once it has ended."""
        self.hops = 0
        """How many `Received:` fields came with the message; known once the section has ended."""
        self.message_id: str | None = None
        """The value of its first `Message-ID:` field; known once the section has ended."""
        self.header_size = 0
        """How many octets the section has, the empty line not counted; so far, while it has not ended."""
        self.is_over = False
        """Whether the section has ended."""
        self._section = bytearray()
        self._keeps_section = keeps_section
        # A message that begins with the empty line has no header section: as if a line end stood before it.
        self._tail = b"\r\n"

    def feed(self, octets: bytes) -> None:
        """Look at the next piece of the message."""
        if self.is_over:
            return
        window = self._tail + octets
        start = self.header_size - len(self._tail)
        end = window.find(_END)
        self._section += octets
        self.header_size += len(octets)
        self._tail = window[1 - len(_END) :]
        if end >= 0:
            self.header_size = start + end + 2
            del self._section[self.header_size :]
            self.finish()

    def finish(self) -> None:
        """Read the fields of the section: it has ended, or the message has and was all header."""
        if self.is_over:
            return
        self.is_over = True
        section = bytes(self._section)
        self._section.clear()
        if self._keeps_section:
            self.section = section
        self.hops = count_fields(section, b"received")
        self.message_id = _message_id(section)


def _message_id(section: bytes) -> str | None:
    value = first_value(section, b"message-id") or b""
    return value[:_MOST_MESSAGE_ID].decode("utf-8", "replace") or None
