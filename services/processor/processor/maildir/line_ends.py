"""Line ends on their way to disk: CRLF becomes LF, a CR without LF stays, whatever the pieces they come in."""

_CR = b"\r"
_LF = b"\n"
_CRLF = b"\r\n"


class LineEnds:
    """Converts the pieces of one file and measures what comes out."""

    def __init__(self) -> None:
        self.size = 0
        """Octets given so far."""
        self.virtual_size = 0
        """The same as IMAP counts them, with every line ended by CRLF."""
        self._held = b""
        self._ended_with_cr = False

    def feed(self, piece: bytes) -> bytes:
        """Give what can be written after `piece`: a CR at its end is held until what follows it is known."""
        octets = self._held + piece
        self._held = _CR if octets.endswith(_CR) else b""
        return self._measured(octets.removesuffix(_CR).replace(_CRLF, _LF))

    def close(self) -> bytes:
        """Give what was held: nothing follows."""
        held, self._held = self._held, b""
        return self._measured(held)

    def _measured(self, octets: bytes) -> bytes:
        self.size += len(octets)
        missing = octets.count(_LF) - octets.count(_CRLF) - (self._ended_with_cr and octets.startswith(_LF))
        self.virtual_size += len(octets) + missing
        if octets:
            self._ended_with_cr = octets.endswith(_CR)
        return octets
