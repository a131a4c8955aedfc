"""Addresses as fields name them, put beside each other as they were written: none swallows the next."""

import re
from collections.abc import Iterable

from maildecide.lists.authors import addresses_in

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|\\.|[^"()<>\\]+|.', re.DOTALL)


def value_of(raw: bytes) -> bytes:
    """Give what a field says as it is written, without blanks and commas around it.

    Where it leaves a quoted string, a comment or an angle bracket open: the addresses alone, if any can be read.
    """
    value = raw.partition(b":")[2].strip(b" \t\r\n,")
    if _is_closed(value):
        return value
    return joined(address.encode() for address in sorted(addresses_in(raw))) or value


def joined(values: Iterable[bytes]) -> bytes:
    """Put values beside each other, a line each; the empty ones are left out."""
    return b",\r\n ".join(filter(None, values))


def _is_closed(value: bytes) -> bool:
    depth, is_within = 0, False  # of comments; angle brackets
    for found in _TOKEN.finditer(value):
        token = found[0]
        if token == b"(":
            depth += 1
        elif token == b")":
            depth -= 1
        elif depth == 0 and token in {b"<", b">"}:
            if is_within is (token == b"<"):
                return False
            is_within = not is_within
        elif depth == 0 and token in {b'"', b"\\"}:
            return False
        if depth < 0:
            return False
    return depth == 0 and not is_within
