"""How Python's reader of mail is to see the fields of a message: their beginnings alone.

It takes time in the square of what stands in a field with parameters, such as `Content-Type:`, and nothing stops it:
100 KB of semicolons in an open quote take more than ten seconds, in which whoever reads does nothing else.
"""

from email.header import Header
from email.policy import Compat32

_MOST = 4096
"""Characters: types with their parameters have some hundred."""


class _BoundedFields(Compat32):
    def header_fetch_parse(self, name: str, value: str) -> str | Header:  # type: ignore[override]  # as its parent does
        """Give what is seen of a field."""
        return super().header_fetch_parse(name, value[:_MOST])


BOUNDED_FIELDS = _BoundedFields()
"""A policy for `message_from_bytes` and `Message`."""
