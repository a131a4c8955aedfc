"""Identifiers: sortable ones for messages, derived ones for what comes of a message."""

from collections.abc import Callable
from uuid import UUID, uuid5

_RANDOM_BITS = 74


def new_message_id(now: float, getrandbits: Callable[[int], int]) -> UUID:
    """Make a UUIDv7 (RFC 9562 5.7): 48 bits of Unix milliseconds, then random bits.

    `now` is in seconds since the epoch; `getrandbits` gives that many random bits, e.g. `SystemRandom().getrandbits`.
    """
    milliseconds = int(now * 1000) & ((1 << 48) - 1)
    random = getrandbits(_RANDOM_BITS)
    high = (milliseconds << 16) | (0x7 << 12) | (random >> 62)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return UUID(int=(high << 64) | low)


def derived_id(parent: UUID, effect: str, target: str) -> UUID:
    """Name what an effect on `parent` makes for `target`: the same inputs give the same id, so a repeat is harmless."""
    return uuid5(parent, f"{effect}\0{target}")
