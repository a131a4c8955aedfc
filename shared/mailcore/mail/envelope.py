"""The SMTP envelope (RFC 5321 2.3.1) with the DSN parameters of RFC 3461."""

import msgspec


class Recipient(msgspec.Struct, frozen=True):
    """One accepted RCPT: the address as the client gave it, and what RFC 3461 says of it."""

    address: str
    notify: frozenset[str] = frozenset()
    """NOTIFY: a subset of NEVER, SUCCESS, FAILURE, DELAY; empty when not given."""
    original: str | None = None
    """ORCPT as given (`addr-type;xtext`, undecoded)."""


class Envelope(msgspec.Struct, frozen=True):
    """Who a message is from and for."""

    sender: str
    """The reverse-path without brackets; empty for the null sender."""
    recipients: tuple[Recipient, ...]
    body: str = "7BIT"
    """BODY (RFC 6152): 7BIT, 8BITMIME or BINARYMIME (RFC 3030)."""
    smtputf8: bool = False
    """Whether the client asked for SMTPUTF8 (RFC 6531)."""
    ret: str | None = None
    """RET (RFC 3461 4.3): FULL or HDRS; None when not given."""
    envid: str | None = None
    """ENVID (RFC 3461 4.4) as given, undecoded xtext."""
