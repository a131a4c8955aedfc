"""From octets of a header to text, whatever charset they claim. Never raises and never takes long."""

import codecs

from mailcore.mail.jis import jis_text

_WIDER = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc_kr": "cp949",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
}
"""Charsets that senders name when they mean one that holds more."""
_SLOW = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
"""Python's names of what is no charset of mail; some take time that grows with the square of the text."""
_JIS = "iso2022_jp"
_JIS_ESCAPE = b"\x1b$"


def codec_of(charset: str) -> str | None:
    """Give what decodes all that senders mean by a charset, as Python calls it; None where that is none of mail."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):  # ValueError: NUL or half a surrogate in it
        return None
    return None if name in _SLOW else _WIDER.get(name, name)


def text_of(octets: bytes, charset: str) -> str:
    """Decode octets of a charset that a sender named; what is none of it becomes U+FFFD."""
    name = codec_of(charset)
    if name is None:
        return undeclared_text(octets)
    if name == _JIS:
        return jis_text(octets)
    try:
        return octets.decode(name, "replace")
    except (LookupError, UnicodeError):  # codecs between texts or between octets, and those that cannot replace
        return undeclared_text(octets)


def undeclared_text(octets: bytes) -> str:
    """Decode octets without a charset: ISO-2022-JP where its escapes are, else UTF-8."""
    return jis_text(octets) if _JIS_ESCAPE in octets else octets.decode("utf-8", "replace")
