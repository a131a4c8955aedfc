"""Hashes of bodies for signatures: that of a stored content is made once, however many copies of it are signed."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from cachetools import LRUCache

from mailcore.content.interface import ContentStore
from mailcore.dkim.halves import MOST_HEADER, TOO_LONG, Halves
from mailcore.dns.sharing import SharedWork
from mailcore.errors import Malformed
from mailcore.mail.content import InlineContent
from processor.outbound.client.line_ends import LineEnds
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.rendering import rest_of

_MOST = 4096

Pieces = Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Hashed:
    """What one reading found."""

    header: bytes
    """The header section, or what of it came before the empty line."""
    body: bytes
    """The hash of the body in relaxed form."""


async def hash_of(pieces: Pieces) -> Hashed:
    """Read a message, or what follows its header section. Raises what reading raises, and Malformed."""
    halves, ends = Halves(), LineEnds()
    async for piece in pieces():
        halves.feed(ends.feed(piece))
    halves.feed(ends.finish())
    return Hashed(halves.header, halves.hashed)


class BodyHashes:
    """Those of one process."""

    def __init__(self, store: ContentStore) -> None:
        self._store = store
        self._known: LRUCache[tuple[str, int], Hashed] = LRUCache(_MOST)
        self._under_way: SharedWork[tuple[str, int], Hashed] = SharedWork()

    async def of(self, mail: RemoteMail) -> Hashed:
        """Give what is known of what follows the header section of `mail`, as it is.

        Raises ContentAway, ContentMissing, Malformed.
        """
        if isinstance(mail.content, InlineContent):
            # Hashing it takes no longer than looking it up by all its octets.
            return await self._read(mail)
        key = mail.content.key, mail.body_start
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = await self._under_way.join(key, lambda: self._read(mail))
        return known

    async def of_form(self, mail: RemoteMail, form: Outgoing) -> Hashed:
        """Give the header section of a form of `mail`, without what was added above it, and the hash of its body.

        Raises ContentAway, ContentMissing, and Malformed for what no signature can cover.
        """
        if form.is_converted:
            hashed = await hash_of(form.pieces)
        else:
            rest = Hashed(b"", mail.body_hash) if mail.body_hash else await self.of(mail)
            hashed = Hashed(_on_the_wire(mail.header) + rest.header, rest.body)
        if len(hashed.header) > MOST_HEADER:
            raise Malformed(TOO_LONG)
        if b"\r\n\r\n" in hashed.header:
            raise Malformed("there is an empty line inside its header section")
        return hashed

    async def _read(self, mail: RemoteMail) -> Hashed:
        return await hash_of(lambda: rest_of(mail, self._store))


def _on_the_wire(header: bytes) -> bytes:
    ends = LineEnds()
    return ends.feed(header) + ends.finish()
