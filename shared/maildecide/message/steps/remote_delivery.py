"""Send the message on to whoever is on another server: a recipient there, or one an alias leads to."""

from collections.abc import Iterator

from mailcore.address import parse_address
from mailcore.directory.targets import RemoteTarget
from maildecide.message.actions import Action, SendRemote
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Send with the DSN parameters of the recipient, who is named where an alias led elsewhere (RFC 3461 5.2.7)."""
    if not isinstance(context.target, RemoteTarget):
        return
    recipient = mail.envelope.recipients[context.place]
    address = context.target.address
    yield SendRemote(
        address,
        parse_address(address).domain,
        ",".join(sorted(recipient.notify)),
        recipient.original or "",
        named="" if str(context.recipient) == address else str(context.recipient),
    )
