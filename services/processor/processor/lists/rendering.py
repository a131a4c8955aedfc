"""Makes what goes out of a post, and stores its content once."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import msgspec

from mailcore.authentication.results import DmarcVerdict
from mailcore.content.interface import ContentStore
from mailcore.db.list_posts import Post
from mailcore.directory.mailing_list import MailingList
from mailcore.list_links import unsubscribe_url
from mailcore.mail.content import StoredContent
from mailcore.mail.envelope import Envelope
from mailcore.mail.incoming import Marks
from maildecide.lists.author_standing import UNOPPOSED, AuthorStanding
from maildecide.lists.authors import authors_of
from maildecide.lists.copy.order import copy_of
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.posted import Posted
from maildecide.message.mail import Mail, decode
from processor.lists.author_standing import AuthorStandings
from processor.lists.knowledge import body_of

_MOST_HELD = 256 * 1024
"""Octets of a body that are held where a handler has to look into it."""
_EMPTY_LINE = b"\r\n"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What goes out, and what came."""

    posted: Posted
    came: Mail
    body: bytes | None
    """What came below the header section; None when that is too large to be held."""
    standing: AuthorStanding = UNOPPOSED
    """What stands behind the author."""

    @property
    def is_from_list(self) -> bool:
        """Whether the list is its author now, so that others do not refuse it."""
        return authors_of(self.posted.mail) != authors_of(self.came)


class Rendering:
    """Makes what goes out of posts."""

    def __init__(self, content: ContentStore, public_url: str | None, standings: AuthorStandings) -> None:
        """`public_url`: where members find their links; None: there are none."""
        self._content = content
        self._public_url = public_url
        self._standings = standings

    async def make(self, post: Post, mailing_list: MailingList, *, is_signed: bool) -> Rendered:
        """Make it, and store its content. Raises ContentAway, ContentMissing, Malformed.

        `is_signed`: whether what goes out will be signed by the list's domain, as links have to be (RFC 8058 4).
        """
        came = decode(post.mail or b"")
        body = await self._body(came)
        standing = await self._standings.of(came, mailing_list, is_signed=is_signed)
        # Nobody who wrote the post could know it, so nothing in it is taken for the place of a token.
        place = f"token-{UUID(post.id).hex}"
        links = None
        if is_signed and self._public_url is not None:
            links = (unsubscribe_url(self._public_url, ""), place)
        copy = copy_of(PostOut(mailing_list, post.number, came, post.poster, body, links, standing))
        header, token_at = without_place(copy.header, place.encode("ascii"))
        content, body_start = await self._store(came, copy)
        mail = msgspec.structs.replace(came, header=header, content=content, body_start=body_start)
        return Rendered(Posted(_sent_by(mailing_list, post, mail, came), token_at), came, body, standing)

    async def _body(self, mail: Mail) -> bytes | None:
        if mail.content.size - mail.body_start > _MOST_HELD:
            return None
        return b"".join([piece async for piece in body_of(mail, self._content)])

    async def _store(self, came: Mail, copy: Copy) -> tuple[StoredContent, int]:
        """Store what follows the header section; what is stored as it came stays where it is."""
        if isinstance(came.content, StoredContent) and not copy.has_other_body:
            return came.content, came.body_start
        writer = await self._content.create()
        try:
            async for piece in self._pieces(came, copy):
                await writer.write(piece)
        except BaseException:
            await writer.abort()
            raise
        return await writer.commit(), 0

    async def _pieces(self, came: Mail, copy: Copy) -> AsyncIterator[bytes]:
        yield _EMPTY_LINE + copy.before
        if copy.body is not None:
            yield copy.body
        else:
            is_first = True
            async for piece in body_of(came, self._content):
                yield piece.removeprefix(_EMPTY_LINE) if is_first else piece
                is_first = False
        yield copy.after


def without_place(header: bytes, place: bytes) -> tuple[bytes, int]:
    """Take what stands for a member's token out of a header section; give where that was, -1 where there is none."""
    at = header.find(place)
    return (header, -1) if at < 0 else (header[:at] + header[at + len(place) :], at)


def _sent_by(mailing_list: MailingList, post: Post, mail: Mail, came: Mail) -> Mail:
    """Give the message as it is sent by the list, whoever sent it there."""
    envelope, found = mail.envelope, mail.marks.authentication
    is_wide = envelope.smtputf8 or not all(map(str.isascii, _written_by(mailing_list)))
    if found is not None and authors_of(mail) != authors_of(came):
        # Of the list as an author nobody has found anything yet.
        found = msgspec.structs.replace(found, dmarc=DmarcVerdict(), author_policy="none", author_signatures=())
    return msgspec.structs.replace(
        mail,
        envelope=Envelope(mailing_list.address_of("bounces"), (), body=envelope.body, smtputf8=is_wide),
        trace_fields=b"",
        # A post that waited for a moderator has not been on its way meanwhile.
        arrival=msgspec.structs.replace(mail.arrival, id=UUID(post.id), at=post.at, root=None),
        marks=Marks(authentication=found),
        folder="",
    )


def _written_by(mailing_list: MailingList) -> Iterator[str]:
    """Give the addresses that a list puts into header sections; one that is not ASCII needs SMTPUTF8 (RFC 6531)."""
    yield mailing_list.address
    if mailing_list.reply_to == "fixed":
        yield mailing_list.reply_to_address or ""
