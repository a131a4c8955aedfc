"""Text lines that are too long (RFC 5321 4.5.3.1.6), found by looking for one LF per stretch of that length."""


class LineLengths:
    """Follows the lengths of one message's lines."""

    __slots__ = ("_most", "_open", "exceeded")

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        """Octets of the line that has not ended yet."""
        self.exceeded = False

    def feed(self, octets: bytes) -> None:
        """Look at the next octets, whose lines end in CRLF."""
        begin = -self._open
        while len(octets) - begin > self._most:
            end = octets.rfind(b"\n", max(begin, 0), begin + self._most)
            if end < 0:
                self.exceeded = True
                return
            begin = end + 1
        last = octets.rfind(b"\n")
        self._open = len(octets) - (begin if last < 0 else last + 1)
