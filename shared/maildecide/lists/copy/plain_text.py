"""Put texts into a plain text, in its own charset and encoding, where they can be written so."""

import quopri
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from email.message import Message

from mailcore.mail.bounded_fields import BOUNDED_FIELDS
from mailcore.mail.charset import codec_of
from mailcore.mail.header_edits import fields_called

_EMPTY_LINE = b"\r\n"
_BASE64_LINE = 76
_ASCII = bytes(range(0x20, 0x7F)) + b"\r\n"
_SIGNATURE = "-- "
_TO_BE_STUFFED = (" ", ">", "From ")
"""How lines begin that mean something else in a text of that format (RFC 3676 4.4)."""


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
    if str(entity.get_param("format", "")).lower() == "flowed":
        above, below = _flowed(above), _flowed(below)
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
    entity = Message(BOUNDED_FIELDS)
    for name in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        fields = fields_called(header, name.lower().encode())
        if fields:
            entity[name] = " ".join(fields[0].partition(b":")[2].decode("ascii", "replace").split())
    return entity


def _flowed(text: str) -> str:
    """Give a text whose lines stay lines where those that end in a blank go on in the next (RFC 3676 4)."""
    lines = (line if line == _SIGNATURE else line.rstrip(" ") for line in text.splitlines())
    return "\n".join(f" {line}" if line.startswith(_TO_BE_STUFFED) else line for line in lines)


def _encoded(text: str, charset: str) -> bytes | None:
    """Give a text with CRLF line ends; None where the charset lacks something, or is no kind of ASCII."""
    lines = "\r\n".join(text.splitlines())
    if codec_of(charset) is None:
        return _in_ascii(lines)
    try:
        # What is put beside a text neither begins it anew (UTF-16), nor has octets of its own for ASCII (UTF-7).
        return lines.encode(charset) if _ASCII.decode("ascii").encode(charset) == _ASCII else None
    except UnicodeError:
        return None
    except LookupError:  # a codec between octets
        return _in_ascii(lines)


def _in_ascii(text: str) -> bytes | None:
    return text.encode("ascii") if text.isascii() else None


def _around(above: bytes, below: bytes) -> tuple[bytes, None, bytes]:
    before = above + b"\r\n\r\n" if above else b""
    after = b"\r\n" + below + b"\r\n" if below else b""
    return before, None, after


def _quoted(octets: bytes) -> bytes:
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _in_base64(body: bytes, above: bytes, below: bytes) -> Plain | None:
    """Write the whole text anew: what was encoded apart would end where the first part ends."""
    try:
        # What stands behind the end of it, such as the text of another list, would be lost.
        text = b64decode(b"".join(body.split()), validate=True)
    except Error:
        return None
    before, _, after = _around(above, below)
    if text and not text.endswith(b"\n"):
        after = b"\r\n" + after
    coded = b64encode(before + text + after)
    lines = (coded[at : at + _BASE64_LINE] + b"\r\n" for at in range(0, len(coded), _BASE64_LINE))
    return Plain(body=b"".join(lines))
