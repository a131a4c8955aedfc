"""How full a mailbox is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What a mailbox holds, all folders counted."""

    octets: int = 0
    messages: int = 0
