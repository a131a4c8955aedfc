"""Entity tags (RFC 9110 8.8.3) and the two conditions that are asked of them."""

import re
from typing import Annotated

from fastapi import Header

IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="Change it only if it still is the version of this ETag.")
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="Answer 304 if it still is the version of this ETag.")
]

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def quoted(version: str) -> str:
    """Write a version as a strong entity tag."""
    return f'"{version}"'


def is_not_modified(if_none_match: str | None, etag: str) -> bool:
    """Whether a GET with this If-None-Match is answered 304. Compared weakly (RFC 9110 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _TAG.findall(if_none_match)}


def versions(if_match: str | None) -> frozenset[str] | None:
    """Give the versions that an If-Match allows; None: any. Weak tags never match (RFC 9110 13.1.1)."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(tag.strip('"') for tag in _TAG.findall(if_match) if not tag.startswith("W/"))
