"""The content as it must be on the wire: every line ended by CRLF, dots doubled for DATA. Chunks of any size.

Nothing leaves with a bare CR or LF (RFC 5321 2.3.8): servers disagree about them, which lets mail be smuggled.
"""

import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LINE_DOT = re.compile(rb"(?<=\n)\.")


class LineEnds:
    """Makes every line end CRLF. `feed` pieces, then `finish`."""

    __slots__ = ("_held", "_last")

    def __init__(self) -> None:
        self._held = b""
        self._last = b"\n"

    def feed(self, piece: bytes) -> bytes:
        """Give what of `piece` can be told now: a CR at its end waits for what follows."""
        octets = self._held + piece
        self._held = b""
        if octets.endswith(b"\r"):
            self._held = b"\r"
            octets = octets[:-1]
        return self._kept(_ended(octets)) if octets else b""

    def finish(self) -> bytes:
        """Give what ends the last line; nothing when it has ended, or there was none."""
        unended, self._held = self._held or self._last != b"\n", b""
        return self._kept(b"\r\n") if unended else b""

    def _kept(self, octets: bytes) -> bytes:
        self._last = octets[-1:]
        return octets


def _ended(octets: bytes) -> bytes:
    """Give `octets` with CRLF for every bare CR and LF; mostly there is none, as counting soon tells."""
    ends = octets.count(b"\r\n")
    if octets.count(b"\n") == ends == octets.count(b"\r"):
        return octets
    return _BARE.sub(b"\r\n", octets)


class DotStuffing:
    """Doubles the dot at the beginning of every line (RFC 5321 4.5.2). Takes CRLF-ended lines in pieces."""

    __slots__ = ("_at_line_start",)

    def __init__(self) -> None:
        self._at_line_start = True

    def feed(self, piece: bytes) -> bytes:
        """Give `piece` with its dots doubled."""
        if not piece:
            return b""
        stuffed = _LINE_DOT.sub(b"..", piece) if b"\n." in piece else piece
        if self._at_line_start and piece.startswith(b"."):
            stuffed = b"." + stuffed
        self._at_line_start = piece.endswith(b"\n")
        return stuffed
