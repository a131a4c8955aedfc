"""The relaxed forms that DKIM hashes (RFC 6376 3.4.2, 3.4.4): spaces and line folding do not count. Pure.

What is signed must be in the form in which it is sent: lines ended by CRLF, no other CR or LF.
"""

import hashlib

_BLOCK_LINES = 32 * 1024


def relaxed_field(raw: bytes) -> bytes:
    """Give a whole field in relaxed form, without its line end."""
    name, _, value = raw.partition(b":")
    return name.rstrip(b" \t").lower() + b":" + squeezed(value.replace(b"\r\n", b"")).strip(b" ")


class RelaxedBody:
    """Hashes a body as it goes by, whatever its size. `feed` it in pieces, then `digest`."""

    __slots__ = ("_empty_lines", "_has_text", "_hash", "_held")

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._held = b""
        """What may be the beginning of an end of line: a space, a CR, or both."""
        self._empty_lines = 0
        """Line ends that count only when something follows them."""
        self._has_text = False

    def feed(self, piece: bytes) -> None:
        """Take the next octets: pieces may end anywhere."""
        octets = self._held + piece
        line_end = b"\r" if octets.endswith(b"\r") else b""
        before = octets.removesuffix(line_end)
        text = before.rstrip(b" \t")
        self._held = (b" " if len(text) < len(before) else b"") + line_end
        self._take(squeezed(text).replace(b" \r\n", b"\r\n"))

    def digest(self) -> bytes:
        """Give the hash of the whole. Empty lines at its end do not count; a last line that is not empty has an end."""
        # A space that is held is at the end of a line, and a lone CR is nothing that is sent.
        if self._has_text:
            final = self._hash.copy()
            final.update(b"\r\n")
            return final.digest()
        return self._hash.digest()

    def _take(self, octets: bytes) -> None:
        text = octets.rstrip(b"\r\n")
        if text:
            while self._empty_lines:
                lines = min(self._empty_lines, _BLOCK_LINES)
                self._hash.update(b"\r\n" * lines)
                self._empty_lines -= lines
            self._hash.update(text)
            self._has_text = True
        self._empty_lines += (len(octets) - len(text)) // 2


def body_hash(body: bytes) -> bytes:
    """Give the hash of a body that is at hand whole."""
    hashing = RelaxedBody()
    hashing.feed(body)
    return hashing.digest()


def squeezed(octets: bytes) -> bytes:
    """Give octets with one space for each run of spaces and tabs: by searches that run at the speed of memory."""
    if b"\t" in octets:
        octets = octets.replace(b"\t", b" ")
    while b"  " in octets:
        octets = octets.replace(b"  ", b" ")
    return octets
