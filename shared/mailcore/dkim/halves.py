"""A message on its way to a signature, in pieces: its header section is collected, its body is hashed. Pure."""

from mailcore.dkim.relaxed import RelaxedBody
from mailcore.errors import Malformed

MOST_HEADER = 1024 * 1024
"""Octets of a header section that is signed; whoever verifies has to hold it too."""
TOO_LONG = f"its header section is longer than {MOST_HEADER} octets"
_EMPTY_LINE = b"\r\n\r\n"


class Halves:
    """`feed` it a message with CRLF line ends, or what follows its header section, the empty line first."""

    def __init__(self) -> None:
        self._header = bytearray()
        self._body = RelaxedBody()
        self._is_in_body = False

    @property
    def header(self) -> bytes:
        """The header section, or what was left of it, without the empty line."""
        return bytes(self._header)

    @property
    def hashed(self) -> bytes:
        """The hash of the body."""
        return self._body.digest()

    def feed(self, piece: bytes) -> None:
        """Take the next octets. Raises Malformed for a header section that is too long."""
        if self._is_in_body:
            self._body.feed(piece)
            return
        searched = max(len(self._header) - 3, 0)
        self._header += piece
        if self._header.startswith(b"\r\n"):
            end, body = 0, 2
        elif (found := self._header.find(_EMPTY_LINE, searched)) >= 0:
            end, body = found + 2, found + 4
        elif len(self._header) > MOST_HEADER:
            raise Malformed(TOO_LONG)
        else:
            return
        if end > MOST_HEADER:
            raise Malformed(TOO_LONG)
        self._is_in_body = True
        self._body.feed(bytes(self._header[body:]))
        del self._header[end:]
