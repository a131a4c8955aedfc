"""Looking a domain up among patterns: itself, or with a leading dot one of the domains above it."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def find(table: Mapping[str, T], domain: str) -> T | None:
    """Give what `table` has for `domain` (A-labels), the longest match first; None when nothing matches."""
    if domain in table:
        return table[domain]
    rest = domain
    while rest:
        _, _, rest = rest.partition(".")
        if rest and f".{rest}" in table:
            return table[f".{rest}"]
    return None
