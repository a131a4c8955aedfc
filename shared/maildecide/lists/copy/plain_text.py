"""Put texts into a plain text, in its own charset and encoding, where they can be written so."""

import quopri
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from email.message import Message

from mailcore.mail.header_edits import fields_called

_EMPTY_LINE = b"\r\n"
_BASE64_LINE = 76
_ASCII_WITHIN = frozenset({"utf-16", "utf-16be", "utf-16le", "utf-32", "utf-7", "hz-gb-2312"})
"""Charsets in which ASCII is not written as its own octets."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What surrounds a plain text, or stands in its place."""

    before: bytes = b""
    body: bytes | None = None
    after: bytes = b""


def within(header: bytes, body: bytes | None, above: str, below: str) -> Plain | None:
    """Give the texts as they are put into the message with that header section; None where they cannot be.

    `body`: what follows the header section; None when it is too large to be looked at.
    """
    entity = _entity(header)
    if entity.get_content_type() != "text/plain" or entity.get_content_disposition() == "attachment":
        return None
    charset = str(entity.get_content_charset("us-ascii"))
    top, bottom = _encoded(above, charset), _encoded(below, charset)
    if top is None or bottom is None:
        return None
    return _placed(str(entity.get("Content-Transfer-Encoding", "7bit")).strip().lower(), body, top, bottom)


def _placed(encoding: str, body: bytes | None, top: bytes, bottom: bytes) -> Plain | None:
    match encoding:
        case "7bit" if top.isascii() and bottom.isascii():
            return Plain(*_around(top, bottom))
        case "8bit":
            return Plain(*_around(top, bottom))
        case "quoted-printable":
            return Plain(*_around(_quoted(top), _quoted(bottom)))
        case "base64" if body is not None:
            return _in_base64(body, top, bottom)
        case _:
            return None


def _entity(header: bytes) -> Message:
    entity = Message()
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        fields = fields_called(header, name.lower().encode())
        if fields:
            entity[name] = " ".join(fields[0].partition(b":")[2].decode("ascii", "replace").split())
    return entity


def _encoded(text: str, charset: str) -> bytes | None:
    """Give a text with CRLF line ends; None where the charset lacks something, or is unknown."""
    lines = "\r\n".join(text.splitlines())
    if charset in _ASCII_WITHIN:
        return None
    try:
        return lines.encode(charset)
    except (LookupError, UnicodeError):
        return lines.encode("ascii") if lines.isascii() else None


def _around(above: bytes, below: bytes) -> tuple[bytes, None, bytes]:
    before = above + b"\r\n\r\n" if above else b""
    after = b"\r\n" + below + b"\r\n" if below else b""
    return before, None, after


def _quoted(octets: bytes) -> bytes:
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _in_base64(body: bytes, above: bytes, below: bytes) -> Plain | None:
    """Write the whole text anew: what was encoded apart would end where the first part ends."""
    try:
        text = b64decode(body.removeprefix(_EMPTY_LINE))
    except Error:
        return None
    before, _, after = _around(above, below)
    if text and not text.endswith(b"\n"):
        after = b"\r\n" + after
    coded = b64encode(before + text + after)
    lines = (coded[at : at + _BASE64_LINE] + b"\r\n" for at in range(0, len(coded), _BASE64_LINE))
    return Plain(body=b"".join(lines))
