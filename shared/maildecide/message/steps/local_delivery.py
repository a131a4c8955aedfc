"""Store the message in the recipient's mailbox. Always last: whoever wants the message elsewhere ended before."""

from collections.abc import Iterator

from maildecide.message.actions import Action, StoreLocal, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Store in the account's inbox; an account that has gone since the 250 must not cost the message."""
    recipient = str(context.recipient)
    if context.account is None:
        yield Undeliverable(recipient, "the account has gone since the message was accepted")
    else:
        yield StoreLocal(context.account.mailbox, recipient)
