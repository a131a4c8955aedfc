"""Octets that have come from the client and are not yet used: command lines, and what lies between them."""

LONGEST_LINE = 12_288
"""The longest line of all, CRLF included: an AUTH exchange (RFC 4954 4). A longer one is dropped as it comes."""


class LineTooLong(Exception):  # noqa: N818 - reads as what happened
    """A line longer than LONGEST_LINE has ended and was dropped."""


class Incoming:
    """A buffer that is filled by the transport and emptied by the session."""

    __slots__ = ("_dropping", "_octets", "_searched")

    def __init__(self) -> None:
        self._octets = bytearray()
        self._searched = 0
        self._dropping = False

    def __len__(self) -> int:
        return len(self._octets)

    def add(self, octets: bytes) -> None:
        """Keep what came."""
        self._octets += octets

    def take_line(self) -> bytes | None:
        """Give the next line with its end, or None until there is a whole one. LF ends it, so that no client waits.

        Raises LineTooLong once, where a line that was too long ends.
        """
        octets = self._octets
        end = octets.find(b"\n", self._searched) + 1
        if not end:
            if len(octets) > LONGEST_LINE:
                self._dropping = True
                octets.clear()
            self._searched = len(octets)
            return None
        line = bytes(octets[:end])
        del octets[:end]
        self._searched = 0
        if self._dropping or end > LONGEST_LINE:
            self._dropping = False
            raise LineTooLong
        return line

    def first_line(self) -> bytes | None:
        """Give the next line without taking it; None until there is a whole one."""
        end = self._octets.find(b"\n", 0, LONGEST_LINE) + 1
        return bytes(self._octets[:end]) if end else None

    def take(self, most: int) -> bytes:
        """Give what there is, at most `most` octets."""
        octets = bytes(self._octets[:most])
        del self._octets[:most]
        return octets

    def take_all(self) -> bytes:
        """Give all there is."""
        octets = bytes(self._octets)
        self._octets.clear()
        return octets

    def put_back(self, octets: bytes) -> None:
        """Put octets before all others, since they were not the taker's."""
        self._octets[:0] = octets
