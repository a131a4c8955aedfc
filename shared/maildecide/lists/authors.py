"""Who wrote a message: the addresses that `From:` names (RFC 5322 3.6.2)."""

from email.utils import getaddresses

from mailcore.address import parse_address
from mailcore.mail.header_edits import fields_called
from maildecide.message.mail import Mail

MOST_AUTHORS = 20
"""Addresses of one `From:` that are looked at; a message with more has no author that anybody could allow."""


def authors_of(mail: Mail) -> tuple[str, ...]:
    """Give their addresses, each once, domains as A-labels; empty when one of them is no address, or there is none.

    A message with several `From:` fields, which has no right to, is by all of them: readers differ in what they show.
    """
    values = [raw.partition(b":")[2].decode("utf-8", "replace") for raw in fields_called(mail.header, b"from")]
    found: dict[str, None] = {}
    for _, text in getaddresses(["".join(value.splitlines()) for value in values], strict=False):
        try:
            found[str(parse_address(text))] = None
        except ValueError:
            return ()
    return tuple(found) if len(found) <= MOST_AUTHORS else ()
