"""The octets of one message on their way to the sink: judged against `MessageLimits` as they pass."""

from ingress.seam import MessageLimits
from ingress.session.header_size import HeaderSize
from ingress.session.line_ends import LineEnds
from ingress.session.line_lengths import LineLengths
from mailcore import replies
from mailcore.replies import Reply


class Body:
    """Says which octets the sink gets, and why the message is refused once it is. Then it gives nothing any more."""

    __slots__ = ("_ends_line", "_header", "_limits", "_line_ends", "_lines", "_refuses_bare", "refusal", "size")

    def __init__(self, limits: MessageLimits) -> None:
        self._limits = limits
        self._refuses_bare = limits.bare_line_ends == "refuse"
        self._line_ends = LineEnds(normalise=not self._refuses_bare)
        self._lines = LineLengths(limits.line_length)
        self._header = HeaderSize(limits.header_size)
        self._ends_line = True
        self.size = 0
        """Octets so far, as RFC 1870 5 counts them."""
        self.refusal: Reply | None = None

    def feed(self, octets: bytes) -> bytes:
        """Give what the sink gets of the next octets."""
        if self.refusal is not None or not octets:
            return b""
        return self._judged(self._line_ends.feed(octets))

    def finish(self) -> bytes:
        """Give what the sink gets at the end: what was held back, and CRLF where BDAT left the last line open."""
        if self.refusal is not None:
            return b""
        last = self._line_ends.finish()
        ends_line = last.endswith(b"\n") if last else self._ends_line
        return self._judged(last if ends_line else last + b"\r\n")

    def _judged(self, octets: bytes) -> bytes:
        if not octets:
            return b""
        self.size += len(octets)
        self._ends_line = octets.endswith(b"\n")
        self._header.feed(octets)
        self._lines.feed(octets)
        self.refusal = self._find_fault()
        return octets if self.refusal is None else b""

    def _find_fault(self) -> Reply | None:
        limits = self._limits
        if self._refuses_bare and self._line_ends.found_bare:
            return replies.BARE_LINE_END
        if self.size > limits.size:
            return replies.MESSAGE_TOO_BIG.about(limit=limits.size)
        if self._header.exceeded:
            return replies.HEADER_TOO_BIG.about(limit=limits.header_size)
        if self._lines.exceeded:
            return replies.TEXT_LINE_TOO_LONG.about(limit=limits.line_length)
        return None
