"""An account: an address with a mailbox and a password."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from mailcore.address import normalise_local_address
from mailcore.directory.stored import Entity, Stored


def _stored_form(text: str) -> str:
    address = normalise_local_address(text)
    # Folding case can lengthen a local part, and then what is stored could not be written in SMTP any more.
    normalise_local_address(address)
    return address


LocalAddress = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_stored_form)]
"""An address in a managed domain: local part NFC and case-folded, domain as lower-case A-labels."""


class AccountFields(Entity):
    """What an operator writes of an account."""

    address: LocalAddress
    """The address. Its domain must be managed."""
    password: Annotated[SecretStr, Field(min_length=8, max_length=1024)] | None = None
    """The password, never shown again. null: nobody can log in."""
    enabled: bool = True
    """Whether it takes mail and may log in. A disabled account exists: mail for it gets 550 5.2.1."""


class Account(Stored):
    """An account as stored; its password's hash stays in the database."""

    address: str
    """The address."""
    enabled: bool
    """Whether it takes mail and may log in."""
    mailbox: str
    """Where its mail lies, below the mail directory; computed once, when the account was made."""
