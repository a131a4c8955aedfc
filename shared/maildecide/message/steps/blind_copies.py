"""Remove `Bcc:` from what a user of ours submits: nobody is to learn of the others (RFC 5322 3.6.3)."""

from collections.abc import Iterator

from mailcore.mail.header_edits import has_field
from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import RemoveFields
from maildecide.message.mail import Mail

_NAMES = ("Bcc", "Resent-Bcc")


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Remove the fields, however often they are there."""
    if mail.marks.fields.no_blind_copies and any(has_field(mail.header, name.lower().encode()) for name in _NAMES):
        yield RemoveFields(_NAMES)
