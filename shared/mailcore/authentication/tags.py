"""Lists of tags and values (RFC 6376 3.2), as DKIM, ARC and DMARC write them."""

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = " \t\r\n"


def parse_tags(text: str) -> dict[str, str]:
    """Give the values by tag, blanks around them removed. Raises ValueError for what is no list, or names one twice."""
    tags: dict[str, str] = {}
    parts = text.split(";")
    if not parts[-1].strip(_BLANKS):
        parts.pop()
    for part in parts:
        name, equals, value = part.partition("=")
        name = name.strip(_BLANKS)
        if not equals or not _NAME.fullmatch(name):
            raise ValueError("malformed tag")
        if name in tags:
            raise ValueError(f"tag {name} twice")
        tags[name] = value.strip(_BLANKS)
    return tags


def without_blanks(value: str) -> str:
    """Give a value whose blanks and folds mean nothing without them."""
    return "".join(value.split())
