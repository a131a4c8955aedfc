"""Whose word a message is: the domains of `From:` (RFC 5322 3.6.2, RFC 7489 6.6.1)."""

import re
from collections.abc import Iterator, Sequence

from mailcore.authentication.domains import known_form
from mailcore.mail.headers import Field

MOST_AUTHORS = 10
_MOST_OCTETS = 65_536
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[^()"\\]+|.', re.DOTALL)


def author_domains(fields: Sequence[Field]) -> tuple[str, ...]:
    """Give the domains of the addresses in `From:`, each once, in A-labels.

    Raises ValueError when there is no such field or more than one, when nobody is named in it, or somebody whose domain
    is none: readers differ in whom they show then.
    """
    found = [field.raw for field in fields if field.name == b"from"]
    if len(found) != 1:
        raise ValueError("there is no From" if not found else "there is more than one From")
    text = found[0][:_MOST_OCTETS].partition(b":")[2].decode("utf-8", "replace")
    domains = dict.fromkeys(_domains(text))
    if not domains:
        raise ValueError("From names nobody")
    if len(domains) > MOST_AUTHORS:
        raise ValueError("From names too many")
    return tuple(domains)


def _domains(text: str) -> Iterator[str]:
    """Give the domain of each address of a field: those in angle brackets, else what stands alone."""
    for mailbox in re.split("[,;]", _bare(text)):
        # What stands before a colon is the name of a group.
        for address in re.findall("<([^>]*)", mailbox) or [mailbox.rpartition(":")[2]]:
            if address.strip():
                yield _domain(address)


def _bare(text: str) -> str:
    """Give a text without comments and quoted strings, which may hold anything."""
    depth, kept = 0, ""
    for match in _TOKEN.finditer(text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth = max(0, depth - 1)
        elif not depth and not match[0].startswith('"'):
            kept += match[0]
    return kept


def _domain(address: str) -> str:
    _, at, domain = address.rpartition("@")
    if not at or domain.lstrip().startswith("["):
        raise ValueError("From names somebody without a domain")
    return known_form("".join(domain.split()))
