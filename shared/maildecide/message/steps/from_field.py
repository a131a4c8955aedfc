"""Add a missing `From:` from the envelope sender (row 9)."""

from collections.abc import Iterator

from mailcore.mail.header_edits import has_field
from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import AddField
from maildecide.message.mail import Mail
from maildecide.message.sender_text import sender_text


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Add the field where there is none; nothing for the null sender."""
    if not mail.marks.fields.origin or has_field(mail.header, b"from"):
        return
    if sender := sender_text(mail.envelope):
        yield AddField("From", sender)
