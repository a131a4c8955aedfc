"""The text of a small message: its first part that is plain text, decoded, or the first that is HTML. Never raises."""

from email import message_from_bytes
from email.message import Message

from mailcore.mail.bounded_fields import BOUNDED_FIELDS
from mailcore.mail.charset import text_of, undeclared_text
from maildecide.lists.commands.flowing import whole_lines
from maildecide.lists.commands.html_text import text_of_html

_MOST_PARTS = 50


def plain_text(octets: bytes) -> str:
    """Give the first plain text in a message, of which `octets` is the beginning; empty where there is none."""
    return _text_of(_first(octets, "text/plain"))


def readable_text(octets: bytes) -> str:
    """Give the same; where it holds nothing, the text of the first HTML."""
    plain = plain_text(octets)
    return plain if plain.strip() else text_of_html(_text_of(_first(octets, "text/html")))


def written_text(octets: bytes) -> str:
    """Give the same with lines as they were written, where the sender's program broke them (RFC 3676)."""
    part = _first(octets, "text/plain")
    text = _text_of(part)
    if part is None or not text.strip():
        return readable_text(octets)
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return whole_lines(text, without_blank=str(part.get_param("delsp", "")).lower() == "yes")


def parsed(octets: bytes) -> "Message[str, str] | None":
    """Give the message that begins with `octets`; None where its parts are nested deeper than Python follows."""
    try:
        return message_from_bytes(octets, policy=BOUNDED_FIELDS)
    except RecursionError:
        return None


def decoded(part: "Message[str, str]") -> str:
    """Give the text of a part that is one."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_param("charset")
    return text_of(payload, charset) if isinstance(charset, str) and charset else undeclared_text(payload)


def _text_of(part: "Message[str, str] | None") -> str:
    return "" if part is None else decoded(part)


def _first(octets: bytes, content_type: str) -> "Message[str, str] | None":
    message = parsed(octets)
    for place, part in enumerate(() if message is None else message.walk()):
        if place > _MOST_PARTS:
            break
        if part.get_content_type() == content_type and not part.is_multipart():
            return part
    return None
