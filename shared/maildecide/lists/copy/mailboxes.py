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
    if not _is_open(value):
        return value
    return joined(address.encode() for address in sorted(addresses_in(raw))) or value


def joined(values: Iterable[bytes]) -> bytes:
    """Put values beside each other, a line each; the empty ones are left out.

    What is still open, as nobody can be read in it, comes last.
    """
    ordered = sorted(filter(None, values), key=_is_open)
    return b",\r\n ".join(ordered)


def _is_open(value: bytes) -> bool:
    depth, is_within = 0, False  # of comments; angle brackets
    for found in _TOKEN.finditer(value):
        token = found[0]
        if token == b"(":
            depth += 1
        elif token == b")":
            depth -= 1
        elif depth == 0 and token in {b"<", b">"}:
            if is_within is (token == b"<"):
                return True
            is_within = not is_within
        elif depth == 0 and token in {b'"', b"\\"}:
            return True
        if depth < 0:
            return True
    return depth != 0 or is_within
