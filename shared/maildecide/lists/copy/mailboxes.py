"""Addresses as fields name them, put beside each other as they were written: none swallows the next."""

import re
from collections.abc import Iterable

from maildecide.lists.authors import addresses_in

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|\\.|[^"()<>\\]+|.', re.DOTALL)
_OPENS = {b"(": b")", b"<": b">"}


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
    awaited: list[bytes] = []
    for found in _TOKEN.finditer(value):
        token = found[0]
        if awaited and token == awaited[-1]:
            awaited.pop()
        elif token in _OPENS and (token == b"(" or b")" not in awaited):
            awaited.append(_OPENS[token])
        elif token in {b'"', b"\\"} and b")" not in awaited:
            return False
    return not awaited
