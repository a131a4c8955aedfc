"""Whose addresses decide whether a message is answered: its sender's, and those that its header section names."""

import re

from mailcore.address import parse_address
from mailcore.mail.header_edits import all_fields
from maildecide.message.mail import Mail

MOST_NAMED = 100
"""Addresses of a header section that are looked at."""
_NAMING = frozenset({b"to", b"cc", b"bcc", b"resent-to", b"resent-cc", b"resent-bcc"})
_BETWEEN = re.compile(r"[\s<>,;:()]+")


def sender_of(mail: Mail) -> str | None:
    """Give the envelope sender in one form; None for the null sender and for what is no address."""
    return _form(mail.envelope.sender)


def named_in(mail: Mail) -> tuple[str, ...]:
    """Give the addresses that the header section names as recipients, each once; whatever is none is passed over."""
    texts = (
        field.raw.partition(b":")[2].decode("utf-8", "replace")
        for field in all_fields(mail.header)
        if field.name in _NAMING
    )
    words = (word for text in texts for word in _BETWEEN.split(text) if "@" in word)
    forms = dict.fromkeys(form for word in words if (form := _form(word)))
    return tuple(forms)[:MOST_NAMED]


def _form(text: str) -> str | None:
    try:
        return str(parse_address(text))
    except ValueError:
        return None
