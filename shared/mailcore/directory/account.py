"""An account: an address with a mailbox and a password."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from mailcore.address import read_local_address
from mailcore.directory.stored import Entity, Stored
from mailcore.settings.group import Octets, Pattern


def _readable(text: str) -> str:
    return str(read_local_address(text))


LocalAddress = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_readable)]
"""An address in a managed domain: local part NFC, domain as lower-case A-labels.

Whether the case of the local part counts is the domain's to say: it is folded, or not, when the address is stored.
"""

CancelList = Annotated[tuple[Pattern, ...], Field(max_length=1000)]


class AccountFields(Entity):
    """What an operator writes of an account."""

    address: LocalAddress
    """The address. Its domain must be managed."""
    password: Annotated[SecretStr, Field(min_length=8, max_length=1024)] | None = None
    """The password, never shown again. null: nobody can log in."""
    enabled: bool = True
    """Whether it takes mail and may log in. A disabled account exists: mail for it gets 550 5.2.1."""
    quota_bytes: Octets | None = None
    """Most octets its mailbox may hold, all folders counted. null: no limit. What would pass it gets 452 4.2.2."""
    quota_messages: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """Most messages its mailbox may hold, all folders counted. null: no limit. One more gets 452 4.2.2."""
    max_receive_size: Octets | None = None
    """Largest message it takes, in octets as SIZE counts them. null: no limit of its own. A larger one: 552 5.2.3."""
    cancel_list: CancelList = ()
    """Senders it takes no mail from: patterns (`*`, `?`, `[...]`) for the envelope sender, upper or lower case.

    550 5.7.1 at RCPT when every account behind the recipient refuses the sender; reached otherwise, the message is
    dropped for this account. No pattern but `<>` matches the null sender.
    """


class Account(Stored):
    """An account as stored; its password's hash stays in the database."""

    address: str
    """The address."""
    enabled: bool
    """Whether it takes mail and may log in."""
    mailbox: str
    """Where its mail lies, below the mail directory; computed once, when the account was made."""
    quota_bytes: int | None
    """Most octets its mailbox may hold; null: no limit."""
    quota_messages: int | None
    """Most messages its mailbox may hold; null: no limit."""
    max_receive_size: int | None
    """Largest message it takes, in octets; null: no limit of its own."""
    cancel_list: tuple[str, ...]
    """Patterns of envelope senders it takes no mail from."""

    @property
    def has_quota(self) -> bool:
        """Whether anything limits what its mailbox may hold."""
        return self.quota_bytes is not None or self.quota_messages is not None
