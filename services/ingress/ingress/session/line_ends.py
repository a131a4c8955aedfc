"""CR and LF that stand alone (RFC 5321 2.3.8), found in chunks of any size by counting."""

import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class LineEnds:
    """Looks at the line ends of one message. A CR that ends a chunk is held until it is known what follows it."""

    __slots__ = ("_held", "_normalise", "found_bare")

    def __init__(self, *, normalise: bool) -> None:
        self._normalise = normalise
        self._held = b""
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
        return self._checked(held)

    def _checked(self, octets: bytes) -> bytes:
        pairs = octets.count(b"\r\n")
        if pairs == octets.count(b"\n") and pairs == octets.count(b"\r"):
            return octets
        self.found_bare = True
        return _BARE.sub(b"\r\n", octets) if self._normalise else octets
