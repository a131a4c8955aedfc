"""A message as the client is to send it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addressee:
    """One RCPT."""

    address: str
    notify: frozenset[str] = frozenset()
    """NOTIFY (RFC 3461 4.1); empty: not given."""
    original: str | None = None
    """ORCPT (RFC 3461 4.2) as it is to be sent."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for some recipients."""

    sender: str
    """Empty for the null sender."""
    size: int
    """Octets, as RFC 1870 counts."""
    pieces: Callable[[], AsyncIterator[bytes]]
    """Gives the content from its beginning, in pieces of bounded size."""
    is_8bit: bool = False
    """Whether some octet of the content is above 127."""
    is_binary: bool = False
    """Whether it was sent as BINARYMIME (RFC 3030)."""
    has_utf8_header: bool = False
    """Whether it was sent with SMTPUTF8, and its header section or that of a part needs that."""
    is_converted: bool = False
    """Whether it was brought into 7 bit."""
    breaks_signature: bool = False
    """Whether signatures that it came with do not hold in this form."""
    added: bytes = b""
    """The fields that sign and seal it, above all others, as `pieces` gives them first."""
    signed_by: str = ""
    """The keys that sign it in this form, by the names of their records; empty: none does."""
    unsigned: str = ""
    """Why none does, where one should."""
    sealed_by: str = ""
    """The key that adds to its ARC chain, by the name of its record; empty: none does."""
    unconvertible: str = ""
    """Why it cannot be brought into 7 bit, where that was tried."""
    unconvertible_status: str = ""
    """RFC 3463, where it was tried."""
    ret: str | None = None
    """RET (RFC 3461 4.3)."""
    envid: str | None = None
    """ENVID (RFC 3461 4.4), xtext."""
