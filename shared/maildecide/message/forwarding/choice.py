"""Which forward of an account applies to a message: the first one."""

from collections.abc import Iterable

from mailcore.address import local_key
from mailcore.directory.forward import Forward


def chosen(forwards: Iterable[Forward], sender: str) -> Forward | None:
    """Give the first forward for mail of this envelope sender (empty: the null sender); None when there is none."""
    return next((forward for forward in forwards if forward.enabled and _is_for(forward, sender)), None)


def _is_for(forward: Forward, sender: str) -> bool:
    folded = local_key(sender)
    return not forward.only_from or any(local_key(entry) in folded for entry in forward.only_from)
