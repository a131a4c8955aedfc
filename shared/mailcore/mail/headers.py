"""The header section as octets: split into fields and edited without touching any other field.

Fields are kept raw, never re-folded or re-encoded, so that what is not edited keeps its signatures. Malformed lines
are kept where they are.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_FIELD_START = re.compile(rb"([!-9;-~]+)[ \t]*:")
_NEXT_FIELD = re.compile(rb"\r?\n(?![ \t])")


class Field(NamedTuple):
    """One field with its continuation lines and line end; `name` is lower-case, empty for a malformed line."""

    name: bytes
    raw: bytes


def split_fields(section: bytes) -> tuple[Field, ...]:
    """Split a header section; the fields' raw octets joined are the section again."""
    fields = []
    start = 0
    while start < len(section):
        end = _NEXT_FIELD.search(section, start)
        stop = end.end() if end else len(section)
        raw = section[start:stop]
        name = _FIELD_START.match(raw)
        fields.append(Field(name[1].lower() if name else b"", raw))
        start = stop
    return tuple(fields)


def header_size(octets: bytes) -> int:
    """Give how many of `octets` are the header section: all before the first empty line, or all of them."""
    if octets.startswith(b"\r\n"):
        return 0
    end = octets.find(b"\r\n\r\n")
    return len(octets) if end < 0 else end + 2


def count_fields(section: bytes, name: bytes) -> int:
    """Count the fields called `name` (lower-case)."""
    return len(_start(name).findall(_lines(section)))


def first_value(section: bytes, name: bytes) -> bytes | None:
    """Give what the first field called `name` (lower-case) says, unfolded; None when there is none."""
    found = _start(name).search(_lines(section))
    if found is None:
        return None
    # One octet less: the line feed before the section.
    begin = found.end() - 1
    end = _NEXT_FIELD.search(section, begin)
    return b" ".join(section[begin : end.start() if end else None].split())


@lru_cache(maxsize=16)
def _start(name: bytes) -> re.Pattern[bytes]:
    return re.compile(b"\n" + re.escape(name) + rb"[ \t]*:")


def _lines(section: bytes) -> bytes:
    """Give the section so that each of its fields begins, in lower case, after a line feed."""
    return b"\n" + section.lower()
