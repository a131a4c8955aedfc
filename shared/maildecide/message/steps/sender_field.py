"""Have `Sender:` name the envelope sender (row 6), also where `From:` names the same."""

from collections.abc import Iterator

from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import SetField
from maildecide.message.mail import Mail
from maildecide.message.sender_text import sender_text


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Put the field in the place of one that is there, or add it; nothing for the null sender."""
    if mail.marks.fields.sender and (sender := sender_text(mail.envelope)):
        yield SetField("Sender", sender)
