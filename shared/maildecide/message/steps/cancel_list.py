"""Drop the message for an account that refuses its sender, and was reached all the same: by an alias with others."""

from collections.abc import Iterator

from maildecide import cancel_list
from maildecide.message.actions import Action, Done
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """End here when the account's cancel list names the envelope sender."""
    if context.account is not None and cancel_list.refuses(context.account, mail.envelope.sender):
        yield Done("the account's cancel list names the sender")
