"""A post of a mailing list that is kept, as members see it in a summary."""

import msgspec


class PastPost(msgspec.Struct, frozen=True):
    """One of them."""

    number: int
    at: float
    """When it was accepted, in seconds since the epoch."""
    subject: str
