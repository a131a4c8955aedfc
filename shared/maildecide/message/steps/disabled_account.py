"""Leave out a disabled account that others are beside: it takes no mail, and the message is not lost."""

from collections.abc import Iterator

from maildecide.message.actions import Action, Done
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """End here for the account, unless it was disabled since the 250 and nobody else is behind the recipient."""
    if context.account is not None and not context.account.enabled and context.others_take_it:
        yield Done("the account is disabled; others behind the recipient get the message")
