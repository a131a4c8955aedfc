"""Store the message in the recipient's mailbox. Always last: whoever wants the message elsewhere ended before."""

from collections.abc import Iterator

from mailcore.directory.targets import AccountTarget, ListTarget, RemoteTarget, ServerTarget
from maildecide.message.actions import Action, StoreLocal, TrashOnServer, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Store in the mailbox of the target; that nobody is there any more since the 250 must not cost the message."""
    recipient = str(context.recipient)
    match context.target:
        case AccountTarget(account, folder):
            yield StoreLocal(account.mailbox, recipient, mail.folder or folder, account.address)
        case ServerTarget(mailbox):
            yield StoreLocal(mailbox, recipient, mail.folder)
        case RemoteTarget() | ListTarget():
            return
        case None if mail.marks.banned is not None:
            # Of what a banned client sent nobody is told (row 15).
            yield TrashOnServer(recipient)
        case None:
            yield Undeliverable(recipient, "nobody is behind it any more since the message was accepted", "5.1.1")
