"""Whose signature a message gets on its way to other servers (DKIM), should the domain have keys. Pure.

Asked for mail of clients that logged in or that a relay rule permits, and for what this server writes itself; what
strangers sent is never signed. A list signs its copies by its own domain.
"""

from mailcore.authentication.author import author_domains
from mailcore.mail.header_edits import all_fields


def author_signers(header: bytes) -> tuple[str, ...]:
    """Give the domains of `From:`, of which the first with keys signs; none where readers differ in who wrote it."""
    try:
        return author_domains(all_fields(header))
    except ValueError:
        return ()


def server_signers(hostname: str) -> tuple[str, ...]:
    """Give who signs what a server writes in its own name: its domain, or the nearest one above that has keys."""
    labels = hostname.lower().rstrip(".").split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))
