"""The `Received:` field that a server adds to each message it takes (RFC 5321 4.4).

Built by ingress. Whatever a client or its name server says of itself can only come out as the grammar of RFC 5321
allows: a name that is none stands in a comment, with everything that could end the comment or the line replaced.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from mailcore.mail.date_time import date_time

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MOST_DOMAIN = 255
_NOT_IN_COMMENT = re.compile(r"[^\x21-\x27\x2a-\x5b\x5d-\x7e]")
_NOT_IN_DOMAIN = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a message from a client to this server."""

    client_ip: str
    client_host: str | None
    """The client's name by reverse DNS, where something asked for it."""
    helo: str
    """What the client called itself."""
    server: str
    """What this server calls itself."""
    protocol: str
    """The `with` type, as `protocol_type` gives it."""
    tls: str | None
    """Version and cipher, when the client came under TLS."""
    message_id: UUID
    recipient: str | None
    """The mailbox it is for when it is for that one alone; naming one of several would tell of the others."""
    at: float
    """When it was taken, in seconds since the epoch."""


def protocol_type(*, is_esmtp: bool, tls: bool, authenticated: bool, smtputf8: bool) -> str:
    """Give the `with` type of RFC 3848 or, for a message sent with SMTPUTF8, of RFC 6531 4.3."""
    if not is_esmtp:
        return "SMTP"
    return ("UTF8SMTP" if smtputf8 else "ESMTP") + ("S" if tls else "") + ("A" if authenticated else "")


def address_literal(ip: str) -> str:
    """Give an IP address as RFC 5321 4.1.3 writes it; an IPv4 address mapped into IPv6 is the IPv4 address it is.

    Raises ValueError when `ip` is none.
    """
    address = ip_address(ip.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return f"[IPv6:{address}]"
        address = address.ipv4_mapped
    return f"[{address}]"


def received_field(hop: Hop) -> bytes:
    """Give the whole field, folded, ended by CRLF."""
    tls = f" ({_comment(hop.tls)})" if hop.tls else ""
    clauses = [
        f"Received: from {_from_domain(hop.client_ip, hop.client_host, hop.helo)}",
        f"by {server_name(hop.server)}",
        f"with {hop.protocol}{tls}",
        f"id {hop.message_id}",
    ]
    if hop.recipient is not None and _is_printable(hop.recipient, utf8=hop.protocol.startswith("UTF8")):
        clauses.append(f"for <{hop.recipient}>")
    return ("\r\n\t".join(clauses) + f";\r\n\t{date_time(hop.at)}\r\n").encode("utf-8")


@lru_cache(maxsize=1024)
def _from_domain(client_ip: str, client_host: str | None, helo: str) -> str:
    """Give `Extended-Domain`: what the client called itself, then what we saw. Busy clients send many messages."""
    literal = address_literal(client_ip)
    info = f"({client_host} {literal})" if client_host and _is_domain(client_host) else f"({literal})"
    name = _own_words(helo)
    if name is not None:
        return f"{name} {info}"
    return f"{literal} {info} (helo {_comment(helo) or 'empty'})"


def _own_words(helo: str) -> str | None:
    """Give HELO's argument as a domain or an address literal, or None where it is neither."""
    if _is_domain(helo) and not (helo[-1].isdigit() and _is_ip(helo)):
        return helo
    bare = helo[1:-1] if helo.startswith("[") and helo.endswith("]") else helo
    if bare[:5].lower() == "ipv6:":
        bare = bare[5:]
    return address_literal(bare) if _is_ip(bare) else None


def _is_domain(text: str) -> bool:
    return len(text) <= _MOST_DOMAIN and _DOMAIN.fullmatch(text) is not None


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _comment(text: str) -> str:
    """Give `text` as it may stand in a comment (RFC 5322 3.2.2): words of ctext, cut where it grows too long."""
    return " ".join(_NOT_IN_COMMENT.sub("?", word) for word in text[:_MOST_DOMAIN].split(" ") if word)


def server_name(server: str) -> str:
    """Give what this server calls itself as a domain, whatever its configuration says."""
    return server if _is_domain(server) else _NOT_IN_DOMAIN.sub("-", server)[:_MOST_DOMAIN] or "localhost"


def _is_printable(text: str, *, utf8: bool) -> bool:
    return text.isprintable() and (utf8 or text.isascii())
