"""A message as the client sends it: streamed from where it lies, and looked through once for what it needs."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from mailcore.content.interface import ContentStore
from mailcore.mail.content import INLINE_LIMIT, InlineContent
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


async def outgoing(mail: RemoteMail, store: ContentStore, *, rest_is_ascii: bool | None = None) -> Outgoing:
    """Give `mail` for the client. Raises ContentAway, ContentMissing.

    `rest_is_ascii`: whether what follows the header section is known to be ASCII, or known not to be.
    """
    if rest_is_ascii is None:
        rest_is_ascii = mail.header.isascii() and await is_ascii(rest_of(mail, store))

    async def pieces() -> AsyncIterator[bytes]:
        yield mail.header
        async for piece in rest_of(mail, store):
            yield piece

    return Outgoing(
        sender=mail.sender,
        size=mail.size,
        pieces=pieces,
        is_8bit=not (mail.header.isascii() and rest_is_ascii),
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


async def held(mail: RemoteMail, store: ContentStore) -> RemoteMail:
    """Give `mail` with what follows its header section at hand, where that is little, to be sent many times."""
    if mail.content.size - mail.body_start > INLINE_LIMIT:
        return mail
    rest = b"".join([piece async for piece in rest_of(mail, store)])
    return msgspec.structs.replace(mail, content=InlineContent(rest), body_start=0)


def addressees(recipients: Sequence[RemoteRecipient]) -> list[Addressee]:
    """Give recipients for the client."""
    return [Addressee(recipient.address, recipient.notify, recipient.original) for recipient in recipients]


async def is_ascii(pieces: AsyncIterator[bytes]) -> bool:
    """Whether no octet is above 127."""
    async for piece in pieces:
        if not piece.isascii():
            return False
    return True
