"""An accepted message as it travels from ingress to the processors on the `incoming` queue."""

from uuid import UUID

import msgspec

from mailcore.errors import Malformed
from mailcore.mail.content import Content
from mailcore.mail.envelope import Envelope


class Client(msgspec.Struct, frozen=True):
    """The SMTP client that brought the message, as the session knew it at the end of data."""

    ip: str
    port: int
    helo: str
    protocol: str
    """The `with` type of RFC 3848 and RFC 6531: SMTP, ESMTP, ESMTPS, ESMTPSA, UTF8SMTP ..."""
    listener: str
    """Where it came in: `smtp`, `submission` or `submissions`."""
    host: str | None = None
    """Its name by reverse DNS, where something asked for it."""
    account: str | None = None
    """The account it authenticated as; None when it did not."""


class Incoming(msgspec.Struct, frozen=True):
    """A message that got, or is about to get, its 250."""

    id: UUID
    accepted_at: float
    """Seconds since the epoch."""
    envelope: Envelope
    client: Client
    settings_revision: int
    trace_fields: bytes
    """The `Received:` field that this server adds, CRLF-ended, to stand above the content."""
    header_size: int
    """How many octets of the content are its header section, the empty line not counted."""
    content: Content
    begun: bool = False
    """Whether a processor may have carried out some of it before: look twice before anything is done again."""

    @property
    def size(self) -> int:
        """Size of the content in octets, as RFC 1870 counts."""
        return self.content.size


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Incoming)


def encode(mail: Incoming) -> bytes:
    """Give the octets that stand for `mail` on the bus."""
    return _encoder.encode(mail)


def decode(octets: bytes) -> Incoming:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a message of the incoming queue: {error}") from error
