"""Who wrote a message: the addresses that `From:` names (RFC 5322 3.6.2)."""

from collections.abc import Collection
from contextlib import suppress

from mailcore.address import parse_address
from mailcore.mail.header_edits import fields_called
from mailcore.mail.named_addresses import addresses_named
from maildecide.message.mail import Mail

MOST_AUTHORS = 20
"""Addresses of one `From:` that are looked at; a message with more has no author that anybody could allow."""


def authors_of(mail: Mail) -> tuple[str, ...]:
    """Give their addresses, each once, domains as A-labels; empty when one of them is no address, or there is none.

    A message with several `From:` fields, which has no right to, is by all of them: readers differ in what they show.
    """
    found: dict[str, None] = {}
    for raw in fields_called(mail.header, b"from"):
        for text in addresses_named(raw):
            try:
                found[str(parse_address(text))] = None
            except ValueError:
                return ()
    return tuple(found) if len(found) <= MOST_AUTHORS else ()


def addresses_in(raw: bytes) -> frozenset[str]:
    """Give the addresses that a field names, as far as they can be read, domains as A-labels."""
    found = set()
    for text in addresses_named(raw):
        with suppress(ValueError):
            found.add(str(parse_address(text)))
    return frozenset(found)


def is_known_author(mail: Mail, authors: Collection[str]) -> bool:
    """Whether they have written it: their domain stands by it, or who logged in is all that From names.

    A domain whose record asks for strict alignment stands by nothing that only a domain above or below it vouches for.
    """
    found = mail.marks.authentication
    if found is not None and found.is_aligned and found.dmarc.result != "fail":
        return True
    account = mail.arrival.client.account
    return account is not None and set(authors) == {account}
