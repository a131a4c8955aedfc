"""Encoded words (RFC 2047): the text of a field's value, and a text as a field's value.

Takes time in proportion to the value, whatever it is made of.
"""

import binascii
import re
from base64 import b64encode

from mailcore.mail.charset import text_of, undeclared_text

WORD = re.compile(rb"=\?([^?\s*]{1,64})(?:\*[^?\s]*)?\?([bBqQ])\?([^?\r\n]*)\?=")
"""An encoded word: charset (without the language of RFC 2231), encoding, encoded text."""
_BLANK = re.compile(rb"[ \t\r\n]*")
_FOLDED = re.compile(rb"\r?\n(?=[ \t])")
_MOST_WORD = 75
UNKNOWN_CHARSET = "unknown-8bit"
"""What RFC 1428 calls octets of which nobody knows the charset."""


def decoded(value: bytes) -> str:
    """Give the text of a value as it stands in the field: unfolded, encoded words decoded, without blanks around it.

    Words of one charset that follow each other are joined first: senders part characters between them. What cannot be
    decoded stays as it is.
    """
    unfolded = _FOLDED.sub(b"", value)
    parts: list[str] = []
    run = bytearray()
    charset = ""
    at = 0
    for word in WORD.finditer(unfolded):
        octets = _octets(word[2], word[3])
        between = unfolded[at : word.start()]
        is_next = bool(run) and _BLANK.fullmatch(between) is not None
        if octets is None:
            continue
        name = word[1].decode("ascii", "replace").lower()
        if run and (not is_next or name != charset):
            parts.append(text_of(bytes(run), charset))
            run.clear()
        if not is_next:
            parts.append(undeclared_text(between))
        run += octets
        charset = name
        at = word.end()
    if run:
        parts.append(text_of(bytes(run), charset))
    parts.append(undeclared_text(unfolded[at:]))
    return "".join(parts).strip()


def encoded_words(text: str, charset: str = "UTF-8") -> tuple[bytes, ...]:
    """Give `text` as encoded words of at most 75 octets, to be written with blanks between them.

    No character is parted. Raises UnicodeEncodeError when the charset lacks one. For `UNKNOWN_CHARSET` each character
    stands for an octet, as in Latin-1.
    """
    codec = "latin-1" if charset == UNKNOWN_CHARSET else charset
    head = f"=?{charset}?B?".encode("ascii")
    most = (_MOST_WORD - len(head) - len(b"?=")) // 4 * 3
    words: list[bytes] = []
    chunk = ""
    for character in text:
        if len((chunk + character).encode(codec)) > most:
            words.append(chunk.encode(codec))
            chunk = ""
        chunk += character
    if chunk:
        words.append(chunk.encode(codec))
    return tuple(head + b64encode(word) + b"?=" for word in words)


def _octets(encoding: bytes, text: bytes) -> bytes | None:
    """Decode the text of a word; None when it is not what it says."""
    if encoding in b"qQ":
        return binascii.a2b_qp(text, header=True)
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return None
