"""Who wrote a message: the addresses that `From:` names (RFC 5322 3.6.2)."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress

from mailcore.address import parse_address
from mailcore.mail.header_edits import fields_called
from maildecide.message.mail import Mail

MOST_AUTHORS = 20
"""Addresses of one `From:` that are looked at; a message with more has no author that anybody could allow."""
_MOST_OCTETS = 65_536
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"@?|\\.|[^()"<>,;:\\]+|.', re.DOTALL)


def authors_of(mail: Mail) -> tuple[str, ...]:
    """Give their addresses, each once, domains as A-labels; empty when one of them is no address, or there is none.

    A message with several `From:` fields, which has no right to, is by all of them: readers differ in what they show.
    """
    found: dict[str, None] = {}
    for raw in fields_called(mail.header, b"from"):
        for text in _addresses(raw[:_MOST_OCTETS].partition(b":")[2].decode("utf-8", "replace")):
            try:
                found[str(parse_address(text))] = None
            except ValueError:
                return ()
    return tuple(found) if len(found) <= MOST_AUTHORS else ()


def addresses_in(raw: bytes) -> frozenset[str]:
    """Give the addresses that a field names, as far as they can be read, domains as A-labels."""
    found = set()
    for text in _addresses(raw[:_MOST_OCTETS].partition(b":")[2].decode("utf-8", "replace")):
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


def _addresses(value: str) -> Iterator[str]:
    """Give what stands in angle brackets, else what stands alone; names and names of groups left out.

    It is whom `mailcore.authentication.author` names as well: who is vouched for must be who is taken for the author,
    however badly the field is written.
    """
    plain, is_within = "", False
    bracketed: list[str] = []
    for text in (*_outside_comments(value), ","):
        match text:
            case "," | ";":
                yield from filter(None, bracketed or [plain])
                plain, bracketed, is_within = "", [], False
            case "<" | "\\<" if not is_within:
                bracketed.append("")
                is_within = True
            case ">" if is_within:
                is_within = False
            case ":" if not is_within:
                plain = ""
            case _ if is_within:
                bracketed[-1] += text
            case _ if not text.endswith('"'):
                plain += text


def _outside_comments(value: str) -> Iterator[str]:
    """Give the tokens of a value, quoted strings whole with the `@` behind them, and no blanks beside them."""
    depth = 0
    for token in _TOKEN.finditer(value):
        text = token[0]
        if text in {"(", ")"}:
            depth = depth + 1 if text == "(" else max(0, depth - 1)
        elif not depth:
            yield text if text.startswith('"') else "".join(text.split())
