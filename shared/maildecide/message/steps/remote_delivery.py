"""Send the message on to whoever is on another server: a recipient there, or one an alias leads to."""

from collections.abc import Iterator

from mailcore.address import parse_address
from mailcore.directory.targets import RemoteTarget
from maildecide.message.actions import Action, SendRemote, TrashOnServer
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Send with the DSN parameters of the recipient, who is named where an alias led elsewhere (RFC 3461 5.2.7).

    What a banned client sent to one of ours goes to no other server; what it may relay, nobody is told of (row 15).
    """
    if not isinstance(context.target, RemoteTarget):
        return
    is_banned = mail.marks.banned is not None
    if is_banned and context.via:
        yield TrashOnServer(str(context.recipient))
        return
    recipient = mail.envelope.recipients[context.place]
    address = context.target.address
    yield SendRemote(
        address,
        parse_address(address).domain,
        "NEVER" if is_banned else ",".join(sorted(recipient.notify)),
        recipient.original or "",
        named="" if str(context.recipient) == address else str(context.recipient),
    )
