"""An accepted message as it travels from ingress to the processors on the `incoming` queue."""

from typing import Literal
from uuid import UUID

import msgspec

from mailcore.authentication.results import Authentication
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


class StandardFields(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which standard header fields this server sees to (rows 6-9), decided once, when the message is accepted."""

    sender: bool = False
    """Whether `Sender:` becomes the envelope sender."""
    message_id: bool = False
    """Whether a missing `Message-ID:` is added."""
    date: Literal["never", "if_missing", "always"] = "never"
    """Whether `Date:` is added, or becomes, the time of reception."""
    origin: bool = False
    """Whether a missing `From:` is added."""
    no_blind_copies: bool = False
    """Whether `Bcc:` is removed."""
    results_of: tuple[str, ...] = ()
    """Names of ours, in the form in which they compare: `Authentication-Results:` that bear them are removed."""


class Marks(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the session found out that decides what becomes of a message it took."""

    banned: Literal["server_trash", "user_trash", "tag_subject", "add_header"] | None = None
    """What row 15 says of the banned client that brought it; None when it is not banned."""
    sender_domain_missing: bool = False
    """Whether the sender's domain was looked up and is missing or takes no mail (row 11: `add_header`)."""
    incomplete: bool = False
    """Whether the client vanished inside it, and what came is kept (row 5)."""
    relay_permitted: bool = False
    """Whether a relay rule matches the client."""
    external_sender: bool = False
    """Whether the sender is the null sender or no local address."""
    strip_marks: tuple[str, ...] = ()
    """Header fields that only this server may write; those that came with the message are removed."""
    via_mta: bool = False
    """Whether it came from ourselves, forwarded from one account to another (row 22)."""
    caught: bool = False
    """Whether the account that forwarded it has it by a catch-all (row 16)."""
    awaited: bool = False
    """Whether its client waits until the lists that it is for have sent it out (row 13)."""
    authentication: Authentication | None = None
    """What SPF, DKIM, DMARC and ARC say of it; None when nobody asked."""
    quarantined: bool = False
    """Whether DMARC has it put into the trash."""
    fields: StandardFields = StandardFields()
    """Which standard header fields are seen to."""


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
    marks: Marks = Marks()
    server: str = ""
    """What the server that took it calls itself; empty from one that did not say."""
    root: UUID | None = None
    """The message that it came of, by which a mailbox knows whether it has it (row 22); None: it is none but itself."""
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
