"""ISO-2022-JP as it is really written: also with what vendors have added to it, such as ①, ㈱ and 髙, and narrow kana.

RFC 1468 has neither, but mail programs have always written both under its name. Never raises.
"""

import re

_CODEC = "iso2022_jp_ext"
"""Python's name of what has narrow kana too."""
_ESCAPE = re.compile(rb"(\x1b\$[@B]|\x1b\([BJI])")
_UNIT = re.compile(rb"[\x21-\x7e]{2}|[^\x21-\x7e]+|.", re.DOTALL)
_KANJI = frozenset({b"\x1b$@", b"\x1b$B"})
_NARROW_KANA = b"\x1b(I"
_FIRST, _LAST = 0x21, 0x7E
"""Octets of JIS X 0208."""
_VENDORS = "cp932"
_ROWS_BELOW, _CELLS_BELOW = 62, 63
"""Where Shift_JIS leaves out the octets of narrow kana, and DEL."""
_NONE = "\ufffd"


def jis_text(octets: bytes) -> str:
    """Decode octets; what is no character becomes U+FFFD."""
    try:
        return octets.decode(_CODEC)
    except UnicodeDecodeError:
        pass
    first, *rest = _ESCAPE.split(octets)
    parts = [_plain(first)]
    for escape, segment in zip(rest[::2], rest[1::2], strict=True):
        # A line begins in ASCII (RFC 1468), whatever the last one ended in.
        line, end, others = segment.partition(b"\n")
        parts += (_segment(escape, line), _plain(end + others))
    return "".join(parts)


def _plain(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _segment(escape: bytes, octets: bytes) -> str:
    if escape in _KANJI:
        return "".join(_unit(found[0]) for found in _UNIT.finditer(octets))
    if escape == _NARROW_KANA:
        kana = bytes(octet | 0x80 if octet >= _FIRST else octet for octet in octets)
        return kana.decode(_VENDORS, "replace")
    return _plain(octets)


def _unit(octets: bytes) -> str:
    """Decode a character, by what Shift_JIS has for its row and cell: there vendors' characters are known."""
    if not _FIRST <= octets[0] <= _LAST:
        return _plain(octets)
    if len(octets) == 1:
        return _NONE
    row, cell = octets[0] - _FIRST, octets[1] - _FIRST
    lead = row // 2 + (0x81 if row < _ROWS_BELOW else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= _CELLS_BELOW)
    text = bytes((lead, trail)).decode(_VENDORS, "replace")
    return text if len(text) == 1 else _NONE
