"""What the checks of each stage know. Gathered by ingress, or made up by a simulation."""

from dataclasses import dataclass
from typing import Literal

from mailcore.address import Address
from mailcore.directory.account import Account
from mailcore.dns.sender_domain import SenderDomain


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """The client and how it is connected."""

    ip: str
    listener: str = "smtp"
    """`smtp`, `submission` or `submissions`."""
    helo: str = ""
    tls: bool = False
    account: str | None = None
    """The account it authenticated as."""
    is_relay_permitted: bool = False
    """Whether its address is one that may send through this server."""

    @property
    def is_authenticated(self) -> bool:
        """Whether it has authenticated."""
        return self.account is not None

    @property
    def is_submission(self) -> bool:
        """Whether it came in on a submission port."""
        return self.listener != "smtp"


@dataclass(frozen=True, slots=True)
class ConnectFacts:
    """Known when a client connects."""

    client: ClientFacts


@dataclass(frozen=True, slots=True)
class HeloFacts:
    """Known at HELO or EHLO; `client.helo` is its argument."""

    client: ClientFacts


@dataclass(frozen=True, slots=True)
class LoginFacts:
    """Known at AUTH, once the client has given name and password."""

    client: ClientFacts
    account: Account | None
    """The account of that name."""
    password_is_right: bool


@dataclass(frozen=True, slots=True)
class MailFacts:
    """Known at MAIL."""

    client: ClientFacts
    sender: Address | None
    """None for the null sender."""
    sender_is_managed: bool = False
    """Whether the sender's domain is managed."""
    sender_is_local: bool = False
    """Whether the sender is a local address; it is an external sender otherwise."""
    declared_size: int | None = None
    """SIZE= (RFC 1870), in octets."""


@dataclass(frozen=True, slots=True)
class ReverseFacts:
    """Known at MAIL of the client's name in DNS, where `lookups` says that it is asked for."""

    reverse: Literal["named", "matches", "differs", "missing", "no_answer"]
    """`named`: there is a name and nobody asked whether it leads back to the address."""


@dataclass(frozen=True, slots=True)
class SenderDomainFacts:
    """Known at MAIL of the sender's domain in DNS, where `lookups` says that it is asked for."""

    sender_domain: SenderDomain


@dataclass(frozen=True, slots=True)
class RcptFacts:
    """Known at RCPT."""

    client: ClientFacts
    sender: Address | None
    recipient: Address
    is_managed: bool
    """Whether the recipient's domain is managed."""
    account: Account | None
    """The account behind the recipient, when there is one."""
    accepted_so_far: int
    """Recipients accepted in this transaction before."""
    declared_size: int | None = None


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """Known at RCPT of the client in DNS block lists, where `lookups` says that they are asked."""

    zones: tuple[str, ...]
    """Those in which its address is listed."""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """Known when the whole message has come."""

    client: ClientFacts
    sender: Address | None
    sender_is_local: bool
    size: int
    """Octets with CRLF, without dot-stuffing and final dot (RFC 1870 5)."""
    hops: int
    """Number of `Received:` fields that came with it."""


Facts = (
    ConnectFacts
    | HeloFacts
    | LoginFacts
    | MailFacts
    | ReverseFacts
    | SenderDomainFacts
    | RcptFacts
    | ListingFacts
    | MessageFacts
)
