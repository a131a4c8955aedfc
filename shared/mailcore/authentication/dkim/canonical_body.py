"""The body of a message as signatures cover it (RFC 6376 3.4.3 and 3.4.4), made while it streams past.

No more than a piece is held at any time, whatever the body is like: of blanks and empty lines, which count only when
something follows, it is remembered how many there are.
"""

import hashlib
from collections.abc import Iterable
from typing import Literal

from mailcore.dkim.relaxed import squeezed

Method = Literal["simple", "relaxed"]

_LINE_END = b"\r\n"
_MOST_LINES_AT_ONCE = 4096


class BodyDigest:
    """The SHA-256 of a body, or of its first `length` octets in canonical form."""

    def __init__(self, length: int | None = None) -> None:
        """`length`: as `l=` says it; None: all of it."""
        self._sha256 = hashlib.sha256()
        self._left = length
        self.is_short = False
        """Whether the body goes on after what was hashed."""

    @property
    def lacks(self) -> int:
        """How many octets the body was too short by."""
        return self._left or 0

    def update(self, octets: bytes) -> None:
        """Take the next octets."""
        if self._left is not None:
            self.is_short = self.is_short or len(octets) > self._left
            octets = octets[: self._left]
            self._left -= len(octets)
        self._sha256.update(octets)

    def digest(self) -> bytes:
        """Give the hash."""
        return self._sha256.digest()


class CanonicalBody:
    """A body in canonical form, for digests that take it as it comes."""

    def __init__(self, method: Method, digests: Iterable[BodyDigest]) -> None:
        self._is_relaxed = method == "relaxed"
        self._digests = tuple(digests)
        self._blanks = b" \t\r\n" if self._is_relaxed else _LINE_END
        self._carry = b""
        self._lines = 0
        """Ends of lines that count only when something follows."""
        self._has_gap = False
        """Whether blanks do, after them."""
        self._has_begun = False

    def feed(self, octets: bytes) -> None:
        """Take the next octets; lines end in CRLF."""
        octets = self._carry + octets
        self._carry = octets[-1:] if octets.endswith(b"\r") else b""
        octets = octets[: len(octets) - len(self._carry)]
        text = octets.rstrip(self._blanks)
        if text:
            self._emit_held()
            self._emit(self._canonical(b" " * self._has_gap + text))
            self._has_gap = False
        self._hold(octets[len(text) :])

    def finish(self) -> None:
        """Take it that nothing follows."""
        # What is not empty ends its last line; what is empty is one to the simple method.
        if self._has_begun or not self._is_relaxed:
            self._emit(_LINE_END)

    def _canonical(self, text: bytes) -> bytes:
        if not self._is_relaxed:
            return text
        return squeezed(text).replace(b" \r\n", _LINE_END)

    def _hold(self, blanks: bytes) -> None:
        lines = blanks.count(_LINE_END)
        if lines:
            self._lines += lines
            self._has_gap = not blanks.endswith(_LINE_END)
        else:
            self._has_gap = self._has_gap or bool(blanks)

    def _emit_held(self) -> None:
        while self._lines:
            lines = min(self._lines, _MOST_LINES_AT_ONCE)
            self._emit(_LINE_END * lines)
            self._lines -= lines

    def _emit(self, octets: bytes) -> None:
        self._has_begun = True
        for digest in self._digests:
            digest.update(octets)
