"""Carry out what an addon has decided about the message, where one has."""

from collections.abc import Iterator

from mailcore import replies
from mailcore.directory.folder_name import TRASH
from mailcore.directory.targets import AccountTarget
from maildecide.message.actions import Action, Done, TrashOnServer, Undeliverable
from maildecide.message.context import Context
from maildecide.message.edits import IntoFolder
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Discard, reject, or put into the trash.

    Of the refusal of what a banned client sent, or never finished, nobody is told (rows 5 and 15).
    """
    verdict, recipient = context.addon_verdict, str(context.recipient)
    if verdict is None:
        return
    match verdict.kind:
        case "trash":
            if isinstance(context.target, AccountTarget):
                yield IntoFolder(TRASH)
                return
            yield TrashOnServer(recipient)
            yield Done(f"put into the server's trash by addon {verdict.addon}")
        case "reject":
            if not mail.marks.incomplete and mail.marks.banned is None:
                yield Undeliverable(recipient, verdict.text, replies.MESSAGE_REJECTED.status)
            yield Done(f"refused by addon {verdict.addon}")
        case "discard":
            yield Done(f"dropped by addon {verdict.addon}")
