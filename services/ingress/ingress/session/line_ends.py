"""CR and LF that stand alone (RFC 5321 2.3.8), found in chunks of any size."""

from io import IncrementalNewlineDecoder


class LineEnds:
    """Looks at the line ends of one message. A CR that ends a chunk is held until it is known what follows it."""

    __slots__ = ("_held", "_normalise", "_seen", "found_bare")

    def __init__(self, *, normalise: bool) -> None:
        self._normalise = normalise
        self._held = b""
        # It translates nothing here, but notes which line ends it has seen in one fast pass.
        self._seen = IncrementalNewlineDecoder(None, translate=False)
        self.found_bare = False

    def feed(self, octets: bytes) -> bytes:
        """Give the octets on; bare CR and LF made CRLF where that is wanted."""
        if self._held:
            octets = self._held + octets
        if octets.endswith(b"\r"):
            self._held = b"\r"
            octets = octets[:-1]
        else:
            self._held = b""
        return self._checked(octets)

    def finish(self) -> bytes:
        """Give what was held when the message ended."""
        held, self._held = self._held, b""
        self.found_bare = self.found_bare or bool(held)
        return b"\r\n" if held and self._normalise else held

    def _checked(self, octets: bytes) -> bytes:
        if not self.found_bare:
            # Nothing that follows can complete a line end: a CR that ends the octets here is bare.
            self._seen.decode(octets.decode("latin-1"), final=True)
            self.found_bare = self._seen.newlines not in {None, "\r\n"}
        if not (self.found_bare and self._normalise):
            return octets
        return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
