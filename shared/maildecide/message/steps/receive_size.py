"""Refuse a message for an account whose own limit it passes, when others of its recipients could take it."""

from collections.abc import Iterator

from maildecide.message.actions import Action, Done, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """End here when the message, as it came, is larger than the account takes; of banned clients, nobody is told."""
    most = None if context.account is None else context.account.max_receive_size
    if most is not None and mail.content.size > most:
        if mail.marks.banned is None:
            yield Undeliverable(str(context.recipient), f"the account takes messages of up to {most} octets", "5.2.3")
        yield Done("the message is larger than the account takes")
