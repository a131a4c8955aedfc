"""Keep a message whose client vanished inside it from leaving this server (row 5)."""

from collections.abc import Iterator

from mailcore.directory.targets import ListTarget, RemoteTarget
from maildecide.message.actions import Action, Done
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """End here for whoever has no mailbox on this server; nobody is told."""
    if mail.marks.incomplete and isinstance(context.target, RemoteTarget | ListTarget):
        yield Done("incomplete, and only stored in mailboxes of this server")
