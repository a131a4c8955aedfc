"""The header section as conditions see it: values by name, decoded when they are first asked for."""

from functools import lru_cache

from mailcore.mail.encoded_words import decoded
from mailcore.mail.header_edits import fields_called


class HeaderView:
    """The values of one section."""

    def __init__(self, section: bytes) -> None:
        self._section = section
        self._values: dict[bytes, tuple[str, ...]] = {}

    def values(self, name: bytes) -> tuple[str, ...]:
        """Give the values of all fields called `name` (lower-case), unfolded and decoded."""
        if name not in self._values:
            raws = fields_called(self._section, name)
            self._values[name] = tuple(decoded(raw.partition(b":")[2]) for raw in raws)
        return self._values[name]


view_of = lru_cache(maxsize=4)(HeaderView)
"""Gives the view of a section: the same one for all recipients of a message and all rules."""
