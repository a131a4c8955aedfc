"""Put what a banned client sent, or what DMARC quarantines, into the trash of each account it was for.

After what an account itself refuses, and before everything that would send the message on.
"""

from collections.abc import Iterator

from mailcore.directory.folder_name import TRASH
from mailcore.directory.targets import AccountTarget
from maildecide.message.actions import Action, Done, StoreLocal, TrashOnServer
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.trashing import reason_of


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Store in the account's `.Trash`; what was for anybody else lies in the server's trash, once."""
    if mail.marks.banned != "user_trash" and not mail.marks.quarantined:
        return
    recipient, target = str(context.recipient), context.target
    if isinstance(target, AccountTarget):
        yield StoreLocal(target.account.mailbox, recipient, TRASH, target.account.address)
    else:
        yield TrashOnServer(recipient)
    yield Done(reason_of(mail.marks))
