"""Where a message has been: the `Delivered-To:` fields that mailboxes leave on what they send on.

They are how a message that comes back is known again, by this server and by others.
"""

import msgspec

from mailcore.address import local_key, parse_address
from mailcore.mail.header_edits import fields_called
from mailcore.mail.headers import count_fields
from maildecide.message.mail import Mail

_NAME = b"delivered-to"


def has_been_at(mail: Mail, address: str) -> bool:
    """Whether a mailbox of this address has sent the message on before."""
    wanted = _key(address)
    raws = (*fields_called(mail.trace_fields, _NAME), *fields_called(mail.header, _NAME))
    return any(_key(raw.partition(b":")[2].decode("utf-8", "replace").strip()) == wanted for raw in raws)


def sent_on(mail: Mail, address: str) -> Mail:
    """Give the message as the mailbox of `address` sends it on: what was signed stays as it is, above it is a trace."""
    trace = f"Delivered-To: {address}\r\n".encode() + mail.trace_fields
    return msgspec.structs.replace(mail, trace_fields=trace, folder="")


def hops(mail: Mail) -> int:
    """Give how many servers have taken the message, this one included."""
    return count_fields(mail.header, b"received") + count_fields(mail.trace_fields, b"received")


def _key(text: str) -> tuple[str, str]:
    try:
        address = parse_address(text)
    except ValueError:
        return text, ""
    return local_key(address.local_part), address.domain
