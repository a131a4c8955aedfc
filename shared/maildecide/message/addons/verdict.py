"""What an addon may decide about a message."""

from typing import Literal

import msgspec


class AddonVerdict(msgspec.Struct, frozen=True):
    """What becomes of a message instead of its delivery."""

    kind: Literal["discard", "reject", "trash"]
    addon: str
    """Who decided it."""
    text: str = ""
    """For the sender, where it is rejected."""
