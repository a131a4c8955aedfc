"""A digest of a mailing list: several posts in one message, and which of them a member gets."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mailcore.directory.list_member import DigestFormat

MOST_POSTS = 200
"""Posts of one issue."""


class Slice(msgspec.Struct, frozen=True):
    """Posts with numbers after one and up to another."""

    after: int
    until: int


class Variant(msgspec.Struct, frozen=True):
    """A digest as some of its readers get it."""

    slice: Slice
    format: DigestFormat


class Digest(msgspec.Struct, frozen=True):
    """An issue of a list's digest that is being sent out."""

    id: str
    list_id: int
    issue: int
    """Counted from 1 for each list."""
    first: int
    """The lowest number that it is about."""
    last: int
    """The highest number."""
    at: float
    """When it was begun, in seconds since the epoch."""
    variants: bytes | None
    """What goes out of it (`maildecide.lists.digest.issue`); None: that is still to be made."""
    ranges: int
    """How many ranges of its readers are still to be served."""

    @property
    def whole(self) -> Slice:
        """All posts that it is about."""
        return Slice(self.first - 1, self.last)


class DigestReader(msgspec.Struct, frozen=True):
    """A member who gets digests, or the rest of those that he has left."""

    id: int
    key: str
    address: str
    format: DigestFormat
    after: int
    """The number after which he gets posts in digests."""
    until: int | None
    """The last one that he gets so; None: there is no end."""

    def variant_of(self, whole: Slice) -> Variant | None:
        """Give what he gets of a digest of those posts; None: nothing."""
        after = max(self.after, whole.after)
        until = whole.until if self.until is None else min(self.until, whole.until)
        return Variant(Slice(after, until), self.format) if after < until else None


class WaitingForDigest(msgspec.Struct, frozen=True):
    """A post that no digest has had."""

    id: str
    number: int
    at: float
    size: int
    state: str
    sent_at: float | None = None
    """When it had gone out to all who get posts one by one; None: that is not so yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a list's digests are."""

    issue: int
    """The last one."""
    at: float | None
    """When that was begun; None: there was none."""
    after: int
    """The number of the last post that nobody gets in a digest any more."""
    waiting: Sequence[WaitingForDigest]
    """The posts after it, in their order, as many as one issue may have."""
