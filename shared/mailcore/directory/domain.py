"""A managed domain: one this system receives mail for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mailcore.address import domain_to_ascii
from mailcore.directory.account import LocalAddress
from mailcore.directory.stored import Entity, Stored

DomainName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(domain_to_ascii)]
"""A domain name, kept as lower-case A-labels (RFC 5890 2.3.2.1)."""


class DomainFields(Entity):
    """What an operator writes of a managed domain."""

    name: DomainName
    """The domain. Unicode names are taken and stored as lower-case A-labels."""
    catch_all_address: LocalAddress | None = None
    """The local address that takes mail for addresses of this domain that do not exist.

    It stands above the setting `catch_all_address`. null: that one holds.
    """
    case_sensitive: bool = False
    """Whether local parts of this domain differ by upper and lower case.

    It cannot be turned off again while accounts or aliases have capitals.
    """


class Domain(Stored, DomainFields):
    """A managed domain as stored."""
