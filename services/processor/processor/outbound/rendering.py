"""A message as the client sends it: streamed from where it lies, and looked through once for what it needs."""

from collections.abc import AsyncIterator, Sequence

from mailcore.content.interface import ContentStore
from mailcore.mail.content import InlineContent
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


async def outgoing(mail: RemoteMail, store: ContentStore) -> Outgoing:
    """Give `mail` for the client. Raises ContentAway, ContentMissing."""

    async def pieces() -> AsyncIterator[bytes]:
        yield mail.header
        async for piece in rest_of(mail, store):
            yield piece

    return Outgoing(
        sender=mail.sender,
        size=mail.size,
        pieces=pieces,
        is_8bit=not mail.header.isascii() or not await is_ascii(pieces()),
        is_binary=mail.body == "BINARYMIME",
        has_utf8_header=mail.smtputf8 and not mail.header.isascii(),
        ret=mail.ret,
        envid=mail.envid,
    )


async def rest_of(mail: RemoteMail, store: ContentStore) -> AsyncIterator[bytes]:
    """Give what follows the header section, the empty line first. Raises ContentAway, ContentMissing."""
    if isinstance(mail.content, InlineContent):
        yield mail.content.octets[mail.body_start :]
        return
    async for piece in store.read(mail.content, mail.body_start):
        yield piece


def addressees(recipients: Sequence[RemoteRecipient]) -> list[Addressee]:
    """Give recipients for the client."""
    return [Addressee(recipient.address, recipient.notify, recipient.original) for recipient in recipients]


async def is_ascii(pieces: AsyncIterator[bytes]) -> bool:
    """Whether no octet is above 127."""
    async for piece in pieces:
        if not piece.isascii():
            return False
    return True
