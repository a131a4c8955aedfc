"""An alias: an address without a mailbox, behind which there are others."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mailcore.address import Address, parse_address
from mailcore.directory.account import LocalAddress
from mailcore.directory.stored import Entity, Stored

MOST_TARGETS = 1000


def _target(text: str) -> str:
    address = parse_address(text)
    return str(Address(address.local_part, address.domain))


TargetAddress = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_target)]
"""An address anywhere. One in a managed domain must be a local address when it is written."""

Targets = Annotated[tuple[TargetAddress, ...], Field(min_length=1, max_length=MOST_TARGETS)]


class AliasFields(Entity):
    """What an operator writes of an alias."""

    address: LocalAddress
    """The address. Its domain must be managed, and no account may have it."""
    to: Targets
    """Where its mail goes: local addresses, other aliases included, or addresses elsewhere.

    One that is removed later is passed over; an alias behind which nobody is left gets 550 5.1.1.
    """


class Alias(Stored, AliasFields):
    """An alias as stored."""
