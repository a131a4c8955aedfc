"""A post within a message to those who decide on it: whole, or where it is too large for that, its header section."""

from dataclasses import dataclass

from mailcore.mail.enclosed import header_part, in_base64, message_fields
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A part that is a message."""

    part: bytes
    """Its fields, the empty line, and what is in it."""
    is_8bit: bool = False
    """Whether some octet of it is above 127."""


def enclosed(mail: Mail, body: bytes | None) -> Enclosure:
    """Enclose a message; `body`: the empty line and what follows it, None when that is not at hand."""
    if body is None or mail.envelope.body == "BINARYMIME":
        return Enclosure(header_part(mail.header))
    whole = mail.header + body
    is_8bit = not whole.isascii()
    fields, is_base64 = message_fields(mail.header, is_8bit=is_8bit)
    return Enclosure(fields + b"\r\n" + (in_base64(whole) if is_base64 else whole), is_8bit and not is_base64)
