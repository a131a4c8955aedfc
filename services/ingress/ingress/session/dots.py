"""The end of DATA, and the dots that clients double (RFC 5321 4.5.2), found without looking at single lines."""

_DOT_LINE = b"\r\n."
_END = b"\r\n.\r\n"
_BEGINS_END = (b"\r\n.\r", b"\r\n.", b"\r\n", b"\r")


class DotReader:
    """Reads the octets of one DATA, in chunks of any size.

    A message ends at CRLF.CRLF and nowhere else: a dot beside a bare CR or LF is content (RFC 5321 4.1.1.4).
    """

    __slots__ = ("_begun", "_held")

    def __init__(self) -> None:
        self._begun = False
        # What may turn out to begin the end. The CRLF of the DATA line itself counts as the first.
        self._held = b"\r\n"

    def feed(self, chunk: bytes) -> tuple[bytes, bytes | None]:
        """Give the content in `chunk`, and what follows the end of data, or None while that has not come."""
        octets = self._held + chunk
        dot = octets.find(_DOT_LINE)
        # In most messages the first line that begins with a dot is the last.
        end = dot if dot < 0 or octets.startswith(_END, dot) else octets.find(_END, dot)
        rest: bytes | None = None
        if end >= 0:
            rest = octets[end + len(_END) :]
            octets = octets[: end + 2]
        else:
            self._held = next((tail for tail in _BEGINS_END if octets.endswith(tail)), b"")
            octets = octets[: len(octets) - len(self._held)]
        if dot != end:
            octets = octets.replace(_DOT_LINE, b"\r\n")
        if not self._begun and octets:
            self._begun = True
            octets = octets[2:]
        return octets, rest

    def abandon(self) -> bytes:
        """Give what is left when nothing more comes: the end of a line, but no dot that may have begun the end."""
        return b"\r\n" if self._begun and self._held.startswith(b"\r\n") else b""
