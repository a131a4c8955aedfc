"""Add a missing `Message-ID:` (row 7, RFC 6409 8.3)."""

from collections.abc import Iterator

from mailcore.mail.header_edits import has_field
from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import AddField
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Add the field where there is none: the message's own id, which a repeat has too, at the server that took it."""
    if mail.marks.fields.message_id and not has_field(mail.header, b"message-id"):
        yield AddField("Message-ID", f"<{mail.arrival.id}@{mail.arrival.server or 'localhost'}>")
