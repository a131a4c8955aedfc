"""A copy for a local mailbox, complete in itself: stored at once, or kept in a `local` job until it can be."""

from uuid import UUID

import msgspec

from mailcore.errors import Malformed
from mailcore.mail.content import Content, StoredContent
from maildecide.message.actions import StoreLocal
from maildecide.message.mail import Mail


class LocalCopy(msgspec.Struct, frozen=True):
    """Everything that decides the octets of the file and where it lies."""

    message_id: UUID
    accepted_at: float
    """Seconds since the epoch."""
    settings_revision: int
    """The revision that planned it, for the trace."""
    mailbox: str
    folder: str
    recipient: str
    """For `Delivered-To`."""
    sender: str
    """For `Return-Path`; empty for the null sender."""
    header: bytes
    """What this server added, and the header section as edited, CRLF-ended."""
    content: Content
    body_start: int
    """Where in `content` the rest begins."""
    account: str = ""
    """The account whose quota holds; empty for mailboxes that have none."""

    @property
    def content_key(self) -> str | None:
        """The key in the content store; None when the content is inline."""
        return self.content.key if isinstance(self.content, StoredContent) else None

    def head(self) -> bytes:
        """Give what stands above the rest of the content, lines ended by CRLF (RFC 5321 4.4 for `Return-Path`)."""
        return (
            f"Return-Path: <{self.sender}>\r\nDelivered-To: {self.recipient}\r\n".encode("utf-8", "surrogateescape")
            + self.header
        )


def local_copy(effect: StoreLocal, mail: Mail, settings_revision: int) -> LocalCopy:
    """Make the copy that `effect` asks for, of the mail as it was edited for it."""
    return LocalCopy(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        mailbox=effect.mailbox,
        folder=effect.folder,
        recipient=effect.recipient,
        sender=mail.envelope.sender,
        header=mail.trace_fields + mail.header,
        content=mail.content,
        body_start=mail.body_start,
        account=effect.account,
    )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(LocalCopy)


def encode(copy: LocalCopy) -> bytes:
    """Give the octets that stand for `copy` in a job."""
    return _encoder.encode(copy)


def decode(octets: bytes) -> LocalCopy:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a copy for a local mailbox: {error}") from error
