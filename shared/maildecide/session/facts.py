"""What the checks of each stage know. Gathered by ingress, or made up by a simulation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mailcore.address import Address
from mailcore.authentication.results import Authentication
from mailcore.directory.account import Account
from mailcore.directory.targets import Resolution
from mailcore.directory.usage import Usage
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
    is_banned: bool = False
    """Whether the access rules ban it."""
    is_passed: bool = False
    """Whether the access rules let it pass: no ban, greet pause or limit per address holds for it."""
    is_ourselves: bool = False
    """Whether it is this system itself, with mail that an account forwards to another (row 22)."""

    @property
    def is_authenticated(self) -> bool:
        """Whether it has authenticated."""
        return self.account is not None

    @property
    def is_submission(self) -> bool:
        """Whether it came in on a submission port."""
        return self.listener != "smtp"


@dataclass(frozen=True, slots=True)
class AdmitFacts:
    """Known of a connection before anything is done for it."""

    client: ClientFacts
    connections: int
    """How many there are in this process, this one included."""
    connections_of_client: int
    """How many of them are the client's."""
    may_pass: bool = False
    """Whether an access rule may let it pass once the names of its address are known."""


@dataclass(frozen=True, slots=True)
class ConnectFacts:
    """Known when a client connects."""

    client: ClientFacts


@dataclass(frozen=True, slots=True)
class GreetFacts:
    """Known when the greeting is due."""

    client: ClientFacts
    talked_early: bool
    """Whether the client has sent something before."""


@dataclass(frozen=True, slots=True)
class HeloFacts:
    """Known at HELO or EHLO; `client.helo` is its argument."""

    client: ClientFacts


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """Known at AUTH before the password is looked at: the failed logins within the window."""

    client: ClientFacts
    from_address: int = 0
    """From the client's address, whatever the account."""
    from_network: int = 0
    """At the account that is named, from the network around that address."""
    from_both: int = 0
    """At the account, from the address."""
    is_known_network: bool = False
    """Whether the account has been used from that network lately."""


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
    sender_is_rewritten: bool = False
    """Whether it is one that this server wrote into mail it forwarded, with a valid signature."""
    sender_is_own: bool = False
    """Whether the account that authenticated is behind the sender's address."""
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
    resolution: Resolution
    """Who is behind the recipient."""
    accepted_so_far: int
    """Recipients accepted in this transaction before."""
    declared_size: int | None = None
    usages: Mapping[str, Usage] = field(default_factory=dict)
    """How full the mailboxes behind it are, by mailbox, where that matters and is known."""

    @property
    def is_managed(self) -> bool:
        """Whether the recipient's domain is managed."""
        return self.resolution.status != "unmanaged"


@dataclass(frozen=True, slots=True)
class AllowanceFacts:
    """Known at RCPT once nothing else stands against the recipient, where the account's sending is limited."""

    client: ClientFacts
    is_within: bool
    """Whether the account may send to one more in this hour."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """The largest message that anybody behind the recipients takes; None: any."""

    most_octets: int | None = None
    """By their own limits."""
    room: int | None = None
    """By what their quotas have left."""


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
    capacity: Capacity = Capacity()
    """What those behind its recipients take."""


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """Known when the whole message has come from a stranger, where `lookups` says that its origin is examined."""

    client: ClientFacts
    authentication: Authentication
    """What SPF, DKIM, DMARC and ARC say."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """What rejects a message for all of its recipients: a header rule, or a mailing list."""

    rule: int
    """The rule; 0: it is a list."""
    text: str
    """What the client is told."""
    list: str = ""
    """The list's address; empty: it is a rule."""
    setting: str = ""
    """What of the list's settings decided that; empty: every list does so."""


@dataclass(frozen=True, slots=True)
class RuleVerdictFacts:
    """Known when the whole message has come, where header rules or mailing lists could reject it."""

    rejection: Rejection | None
    lists: tuple[str, ...] = ()
    """The lists, by their addresses, that will send it out."""


Facts = (
    AdmitFacts
    | ConnectFacts
    | GreetFacts
    | HeloFacts
    | AttemptFacts
    | LoginFacts
    | MailFacts
    | ReverseFacts
    | SenderDomainFacts
    | RcptFacts
    | AllowanceFacts
    | ListingFacts
    | MessageFacts
    | OriginFacts
    | RuleVerdictFacts
)
