"""A message for recipients of one destination, complete in itself: what an outbound job carries."""

from typing import Literal
from uuid import UUID

import msgspec

from mailcore.authentication.arc_sealing import ArcBasis, MadeSeal
from mailcore.errors import Malformed
from mailcore.mail.content import Content, StoredContent
from mailcore.reentry import Reentry


class RemoteRecipient(msgspec.Struct, frozen=True, omit_defaults=True):
    """One who is to get it."""

    address: str
    notify: frozenset[str] = frozenset()
    """NOTIFY (RFC 3461 4.1); empty: not given."""
    original: str | None = None
    """ORCPT (RFC 3461 4.2) as given."""
    named: str = ""
    """The address that the sender wrote, where an alias led from there to this one."""
    partings: tuple[str, ...] = ()
    """What waits for him to take it or refuse it (`mailcore.db.partings`)."""
    is_told_of_delay: bool = False
    """Whether the sender has heard that it is late."""
    sender: str = ""
    """The envelope sender for this one alone (VERP); empty: the message's."""
    token: str = ""
    """What is put into the header section for this one alone, where the message says."""

    @property
    def is_apart(self) -> bool:
        """Whether this one gets what nobody else does."""
        return bool(self.sender or self.token)


class RemoteMail(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that decides the octets that are sent, and what is reported."""

    message_id: UUID
    accepted_at: float
    """Seconds since the epoch."""
    settings_revision: int
    """The revision that planned it."""
    sender: str
    """Empty for the null sender."""
    recipients: tuple[RemoteRecipient, ...]
    """Those who have it not yet."""
    header: bytes
    """What this server added, and the header section as edited, CRLF-ended."""
    content: Content
    body_start: int
    """Where in `content` the rest begins."""
    body: str = "7BIT"
    """BODY of the envelope."""
    smtputf8: bool = False
    ret: str | None = None
    envid: str | None = None
    is_verified: bool = False
    """Whether the sender is known to be who he says: logged in, relay-permitted, or we ourselves."""
    signers: tuple[str, ...] = ()
    """Domains, in A-labels, of which the first that has keys signs it (DKIM); empty: nobody does."""
    arc: ArcBasis | None = None
    """What a seal of ours stands on, where strangers' mail is sent on; None: there is nothing to say."""
    sealers: tuple[str, ...] = ()
    """Domains, in A-labels, of which the first that has keys seals it (ARC), where that is wanted when it is sent."""
    seal: MadeSeal | None = None
    """The seal of every copy of it as it is, where whoever made many copies has made it; None: see `arc`."""
    body_hash: bytes = b""
    """What `mailcore.dkim.relaxed` makes of its body as it is, where whoever made many copies knows; empty: unknown."""
    refusal: str = ""
    """What stands in the way here, so that nobody is asked and all are reported as failed; empty: nothing does.

    Where `done` says that it is late: why it is.
    """
    refusal_status: str = ""
    """RFC 3463, where there is a refusal."""
    done: Literal["", "delivered", "expanded", "delayed"] = ""
    """What has happened here already, so that nobody is asked and the sender is told (RFC 3461 5.2.3, 5.2.7)."""
    retry_until: float | None = None
    """When it will be given up, where `done` says that it is late, in seconds since the epoch; None: never."""
    reentry: Reentry | None = None
    """What it is to be at our own SMTP port, where it goes there (row 22)."""
    token_at: int = -1
    """Where in the header section the token of each recipient is put; -1: nowhere."""
    unsure: int = 0
    """How many attempts ended after the end of the message was sent and before its reply came (RFC 1047)."""
    last_recorded: int = 0
    """The number of the last attempt whose end was recorded; a gap means that one was cut off."""

    @property
    def content_key(self) -> str | None:
        """The key in the content store; None when the content is inline."""
        return self.content.key if isinstance(self.content, StoredContent) else None

    def sender_for(self, recipient: RemoteRecipient) -> str:
        """Give the envelope sender of the one that a recipient gets."""
        return recipient.sender or self.sender

    def apart_for(self, recipient: RemoteRecipient) -> "RemoteMail":
        """Give the message that one recipient alone gets: under a sender and with a token of his own."""
        header = self.header
        if self.token_at >= 0:
            header = header[: self.token_at] + recipient.token.encode("ascii") + header[self.token_at :]
        return msgspec.structs.replace(
            self, sender=self.sender_for(recipient), recipients=(recipient,), header=header, token_at=-1
        )

    @property
    def size(self) -> int:
        """Octets of the whole, as RFC 1870 counts."""
        return len(self.header) + self.content.size - self.body_start


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RemoteMail)


def encode(mail: RemoteMail) -> bytes:
    """Give the octets that stand for `mail` in a job."""
    return _encoder.encode(mail)


def decode(octets: bytes) -> RemoteMail:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a message for another server: {error}") from error
