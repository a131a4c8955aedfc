"""What every group of settings is, and the types that several of them use."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mailcore.address import domain_to_ascii


class SettingsGroup(BaseModel):
    """A group of settings: frozen, no unknown keys, documented by its docstrings, no value coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, strict=True)


@dataclass(frozen=True, slots=True)
class LocalAddressOnly:
    """Marks a setting whose value must be a local address, which no model can tell."""


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text, strict=False))


def _pattern(text: str) -> str:
    if any(not character.isprintable() for character in text):
        raise ValueError("a pattern has no control characters")
    return text


def _sender_entry(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("an entry is user@domain or @domain")
    return f"{local}@{domain_to_ascii(domain)}"


Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Octets = Annotated[int, Field(ge=1, le=2**53)]
AddressText = Annotated[str, Field(min_length=3, max_length=320), LocalAddressOnly()]
"""A local address; the REST API asks the directory whether it is one. A default may be a word in its place."""
Network = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_network)]
"""An IP address or a network in CIDR notation."""
Pattern = Annotated[str, Field(min_length=1, max_length=320), AfterValidator(_pattern)]
"""A shell pattern: `*`, `?`, `[...]`."""
SenderEntry = Annotated[str, Field(min_length=2, max_length=320), AfterValidator(_sender_entry)]
"""`user@domain`, or `@domain` for all of its senders."""
Zone = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(domain_to_ascii)]
"""A DNS zone."""


def entries(most: int = 1000) -> object:
    """Give the constraints of a list of entries: a JSON array, kept as a tuple."""
    return Field(strict=False, max_length=most)
