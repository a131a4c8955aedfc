"""Finds out what the posting rules must know of a message: its authors, and of its body only what a list asks for."""

from collections.abc import AsyncIterator, Iterable

from mailcore.content.interface import ContentStore
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_authors import members_among
from mailcore.directory.lookup import ListDirectory
from mailcore.directory.targets import ListTarget, Resolution
from mailcore.mail.content import InlineContent
from maildecide.lists.authors import authors_of
from maildecide.lists.knowledge import ListKnowledge
from maildecide.lists.poster import posters_of
from maildecide.message.mail import Mail
from processor.lists.part_types import PartTypes

_BEGINNING = 16 * 1024
"""Octets of a body that are looked at for a command."""


async def knowledge_of(
    mail: Mail, resolutions: Iterable[Resolution], directory: ListDirectory, content: ContentStore
) -> dict[int, ListKnowledge]:
    """Give what is known of `mail` for each list that it is posted to. Raises DatabaseAway, ContentAway."""
    lists = {
        target.known.list.id: target.known
        for resolution in resolutions
        for target in resolution.targets
        if isinstance(target, ListTarget) and target.known.role == "post"
    }
    if not lists:
        return {}
    authors = authors_of(mail)
    return {list_id: await _of(mail, known, authors, directory, content) for list_id, known in lists.items()}


async def _of(
    mail: Mail, known: KnownList, authors: tuple[str, ...], directory: ListDirectory, content: ContentStore
) -> ListKnowledge:
    members = await members_among(directory, known.list.id, authors)
    most = known.list.max_size
    # What is too large is refused for that, whatever is in it.
    types = (
        await _types(mail, content) if known.list.asks_for_types and not (most and mail.content.size > most) else None
    )
    beginning = await beginning_of(mail, content) if known.list.takes_both else b""
    return ListKnowledge(posters_of(known, members), types, beginning)


async def _types(mail: Mail, content: ContentStore) -> tuple[str, ...]:
    types = PartTypes(mail.header)
    async for piece in body_of(mail, content):
        types.feed(piece)
    return types.finish()


async def beginning_of(mail: Mail, content: ContentStore, most: int = _BEGINNING) -> bytes:
    """Give the first `most` octets of a body, the empty line above it included. Raises ContentAway, ContentMissing."""
    begun = bytearray()
    async for piece in body_of(mail, content):
        begun += piece
        if len(begun) >= most:
            break
    return bytes(begun[:most])


async def body_of(mail: Mail, content: ContentStore) -> AsyncIterator[bytes]:
    """Give what follows the header section, the empty line first, in pieces. Raises ContentAway, ContentMissing."""
    if isinstance(mail.content, InlineContent):
        yield mail.content.octets[mail.body_start :]
        return
    async for piece in content.read(mail.content, mail.body_start):
        yield piece
