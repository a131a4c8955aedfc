"""Content transfer encodings (RFC 2045 6.7, 6.8) for content that comes in pieces of any size. Lines end in CRLF."""

import re
from binascii import b2a_base64, b2a_qp
from typing import Protocol

_BASE64_LINE = 76
_BASE64_OCTETS = _BASE64_LINE // 4 * 3
_FULL_LINE = re.compile(rb".{76}")
_LINE_END = b"\r\n"
_MOST_HELD = 16 * 1024
"""Octets of a line without end that wait for one."""
_SOFT_END = b"=\r\n"


class Encoder(Protocol):
    """Encodes: `feed` pieces, then `finish`."""

    def feed(self, piece: bytes) -> bytes:
        """Give what can be told of the content up to here."""

    def finish(self) -> bytes:
        """Give the rest."""


class Base64:
    """Encodes anything. Nothing follows the last line's text: whoever needs a line end there adds it."""

    __slots__ = ("_begun", "_held")

    def __init__(self) -> None:
        self._held = b""
        self._begun = False

    def feed(self, piece: bytes) -> bytes:
        """Give whole lines; up to 56 octets wait."""
        octets = self._held + piece
        whole = len(octets) - len(octets) % _BASE64_OCTETS
        self._held = octets[whole:]
        return self._lines(octets[:whole])

    def finish(self) -> bytes:
        """Give the last line."""
        rest, self._held = self._held, b""
        return self._lines(rest)

    def _lines(self, octets: bytes) -> bytes:
        if not octets:
            return b""
        # Line ends go before lines, so that none is left at the end.
        coded = _FULL_LINE.sub(rb"\r\n\g<0>", b2a_base64(octets, newline=False))
        if len(octets) % _BASE64_OCTETS:
            last = len(octets) // _BASE64_OCTETS * (_BASE64_LINE + len(_LINE_END))
            coded = coded[:last] + _LINE_END + coded[last:]
        if not self._begun:
            self._begun = True
            return coded[len(_LINE_END) :]
        return coded


class QuotedPrintable:
    """Encodes text whose lines end in CRLF; without a bare CR or LF in it, and with any octet otherwise."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        """Give whole lines, and parts of very long ones."""
        octets = self._held + piece
        whole = octets.rfind(_LINE_END) + len(_LINE_END)
        if whole < len(_LINE_END):
            whole = 0
        self._held = octets[whole:]
        coded = _quoted(octets[:whole])
        if len(self._held) > _MOST_HELD:
            # A CR at the end may belong to a line end.
            cut = len(self._held) - self._held.endswith(b"\r")
            coded += _quoted(self._held[:cut]) + _SOFT_END
            self._held = self._held[cut:]
        return coded

    def finish(self) -> bytes:
        """Give the last line, without an end where it has none."""
        rest, self._held = self._held, b""
        return _quoted(rest)


def _quoted(octets: bytes) -> bytes:
    """Give `octets` encoded: whole lines, or a part of one."""
    if not octets:
        return b""
    coded = b2a_qp(octets, quotetabs=False, istext=True, header=False)
    # Without a line end in it, the encoder does not know which one is wanted.
    return coded if _LINE_END in octets else coded.replace(b"\n", _LINE_END)
