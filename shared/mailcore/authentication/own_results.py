"""Finds `Authentication-Results` that say they were ours, however they are written (RFC 8601 2.2 and 5)."""

import re

from mailcore.address import domain_to_ascii

FIELD = b"authentication-results"
_PIECE = re.compile(r"\\.|[()]|[ \t\r\n]+|[^()\\ \t\r\n]+|.", re.DOTALL)
_WORD = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<token>[^ \t\r\n;()"]+)', re.DOTALL)


def claims_to_be(raw: bytes, servers: frozenset[str]) -> bool:
    """Whether a field claims to be from one of `servers` (see `known_name`)."""
    return authserv_id(raw) in servers


def known_name(name: str) -> str:
    """Give the form in which names of servers compare: case, a final dot and the writing of a domain say nothing."""
    name = name.strip().removesuffix(".").lower()
    try:
        return domain_to_ascii(name)
    except ValueError:
        return name


def authserv_id(raw: bytes) -> str | None:
    """Give, in that form, who a field says it is from; None when it does not say.

    Comments and folds before the name are passed over, also comments that never end.
    """
    text = raw.partition(b":")[2].decode("utf-8", "replace")
    match = _WORD.match(text, _after_comments(text))
    if match is None:
        return None
    if match["token"] is None:
        return known_name(re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL))
    return known_name(match["token"])


def _after_comments(text: str) -> int:
    """Give where what is neither blank nor comment begins. Takes one look at each character, whatever they are."""
    depth, start = 0, 0
    for match in _PIECE.finditer(text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
            start = match.end()
        elif not depth and not match[0].isspace():
            return match.start()
        if depth < 0:
            return match.start()
    # Whoever does not know comments sees what stands in one that never ends.
    return start + len(text[start:]) - len(text[start:].lstrip(" \t\r\n("))
