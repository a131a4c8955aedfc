"""What an address leads to: values that sessions judge and processors deliver to."""

from dataclasses import dataclass
from typing import Literal

from mailcore.directory.account import Account
from mailcore.directory.known_list import KnownList
from mailcore.verp import VerpMark

POSTMASTER_MAILBOX = ".postmaster"
"""The server's own mailbox for postmaster and abuse, below the mail directory. No account's path begins so."""


@dataclass(frozen=True, slots=True)
class AccountTarget:
    """The mailbox of an account, enabled or not."""

    account: Account
    folder: str = ""
    """Maildir++ folder with its leading dot; empty for the inbox."""


@dataclass(frozen=True, slots=True)
class RemoteTarget:
    """An address in a domain that is not managed."""

    address: str


@dataclass(frozen=True, slots=True)
class ServerTarget:
    """A mailbox of the server itself, which belongs to no account."""

    mailbox: str = POSTMASTER_MAILBOX


@dataclass(frozen=True, slots=True)
class ListTarget:
    """One of a mailing list's addresses, that of its owner apart, which leads to people."""

    known: KnownList
    returned: VerpMark | None = None
    """Whom a copy was for that comes back here, where the address says so."""


Target = AccountTarget | RemoteTarget | ServerTarget | ListTarget

Via = Literal["", "account", "alias", "list", "role", "srs", "verp", "catch_all", "too_many"]
"""By what an address was recognised; empty: by nothing. `role`: postmaster or abuse, without an account of that name.
`srs`: a sender that this server wrote into mail it forwarded. `verp`: one that it wrote into a copy of a list.
`too_many`: behind it are more than can be delivered to."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is behind an address."""

    status: Literal["unmanaged", "unknown", "found"]
    targets: tuple[Target, ...] = ()
    """In the order in which the directory names them, each mailbox and address once. Not empty when found."""
    via: Via = ""

    @property
    def is_local(self) -> bool:
        """Whether the address is one that RCPT would accept."""
        return self.status == "found"

    @property
    def takers(self) -> tuple[Target, ...]:
        """The targets that take mail: all but disabled accounts."""
        # Asked for by many, and nearly always one.
        if len(self.targets) == 1:
            return self.targets if takes_mail(self.targets[0]) else ()
        return tuple(target for target in self.targets if takes_mail(target))

    def leads_to(self, address: str) -> bool:
        """Whether the account `address` (stored form) is behind it."""
        return any(isinstance(target, AccountTarget) and target.account.address == address for target in self.targets)


def name_of(target: Target) -> str:
    """Give what an operator knows `target` by."""
    match target:
        case AccountTarget(account):
            return account.address
        case RemoteTarget(address):
            return address
        case ServerTarget(mailbox):
            return mailbox
        case ListTarget(known):
            return known.address


def takes_mail(target: Target) -> bool:
    """Whether mail for `target` is taken: a disabled account exists and takes none."""
    return not isinstance(target, AccountTarget) or target.account.enabled
