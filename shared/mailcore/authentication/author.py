"""Whose word a message is: the domains of `From:` (RFC 5322 3.6.2, RFC 7489 6.6.1)."""

from collections.abc import Sequence

from mailcore.authentication.domains import known_form
from mailcore.mail.headers import Field
from mailcore.mail.named_addresses import addresses_named

MOST_AUTHORS = 10


def author_domains(fields: Sequence[Field]) -> tuple[str, ...]:
    """Give the domains of the addresses in `From:`, each once, in A-labels.

    Raises ValueError when there is no such field or more than one, when nobody is named in it, or somebody whose domain
    is none: readers differ in whom they show then.
    """
    found = [field.raw for field in fields if field.name == b"from"]
    if len(found) != 1:
        raise ValueError("there is no From" if not found else "there is more than one From")
    domains = dict.fromkeys(_domain(address) for address in addresses_named(found[0]))
    if not domains:
        raise ValueError("From names nobody")
    if len(domains) > MOST_AUTHORS:
        raise ValueError("From names too many")
    return tuple(domains)


def _domain(address: str) -> str:
    _, at, domain = address.rpartition("@")
    if not at or domain.startswith("["):
        raise ValueError("From names somebody without a domain")
    return known_form(domain)
