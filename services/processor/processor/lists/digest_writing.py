"""Writes digests: each variant one message, whose content is stored once for all who get it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from uuid import UUID

import structlog

from mailcore.content.interface import ContentStore
from mailcore.db.list_posts import Post
from mailcore.directory.list_digest import Digest, Variant
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import ContentMissing
from mailcore.ids import derived_id
from mailcore.list_links import unsubscribe_url
from mailcore.mail.content import StoredContent
from mailcore.mail.enclosed import is_global
from mailcore.mail.envelope import Envelope
from mailcore.mail.incoming import Client, Marks
from mailcore.mail.transfer_encoding import Base64
from maildecide.lists.digest.entry import DigestOut, Entry
from maildecide.lists.digest.head import head_of
from maildecide.lists.digest.issue import Made
from maildecide.lists.digest.mime import MimeDigest, has_header_alone, shown_header
from maildecide.lists.digest.plain import LOOKED_AT, plain_digest
from maildecide.lists.posted import Posted, decode
from maildecide.message.mail import Arrival, Mail
from processor.lists.knowledge import beginning_of, body_of
from processor.lists.rendering import without_place

log = structlog.get_logger(__name__)


class DigestWriting:
    """Writes them. Raises ContentAway, ContentMissing, Malformed."""

    def __init__(self, content: ContentStore, public_url: str | None, hostname: Callable[[], str]) -> None:
        """`public_url`: where members find their links; None: there are none. `hostname`: that of this server."""
        self._content = content
        self._public_url = public_url
        self._hostname = hostname

    async def write(
        self,
        digest: Digest,
        mailing_list: MailingList,
        variant: Variant,
        posts: Sequence[Post],
        *,
        is_signed: bool,
        lost: Collection[str] = (),
    ) -> Made:
        """Write one of `posts`, of which there are some.

        `is_signed`: whether the list's domain signs what goes out; `lost`: the ids of posts without content.
        """
        entries = [_entry(post, is_lost=post.id in lost) for post in posts]
        out = DigestOut(mailing_list, digest.issue, digest.at, entries)
        number = _number(digest, variant)
        place = f"token-{number.hex}"
        links = None
        if is_signed and self._public_url is not None:
            links = (unsubscribe_url(self._public_url, ""), place)
        head = head_of(out, number, links)
        fields, content, is_8bit = await (self._plain(out) if variant.format == "plain" else self._mime(out, number))
        header, token_at = without_place(head + fields, place.encode("ascii"))
        mail = Mail(
            envelope=Envelope(
                mailing_list.address_of("bounces"),
                (),
                body="8BITMIME" if is_8bit else "7BIT",
                smtputf8=not header.isascii(),
            ),
            trace_fields=b"",
            header=header,
            content=content,
            body_start=0,
            arrival=self._arrival(number, digest.at),
            marks=Marks(),
        )
        return Made(variant, Posted(mail, token_at))

    async def lost(self, posts: Sequence[Post]) -> frozenset[str]:
        """Give the ids of those of `posts` whose content is not there, or ends early: they keep nobody from the others.

        Raises ContentAway.
        """
        lost = set()
        for post in posts:
            try:
                async for _ in body_of(_entry(post).mail, self._content):
                    pass
            except ContentMissing as error:
                log.error("post_lost", post=post.id, number=post.number, reason=str(error))  # noqa: TRY400 - expected
                lost.add(post.id)
        return frozenset(lost)

    def _arrival(self, number: UUID, at: float) -> Arrival:
        hostname = self._hostname()
        return Arrival(number, at, hostname, Client("127.0.0.1", 0, helo=hostname, protocol="ESMTP", listener="smtp"))

    async def _plain(self, out: DigestOut) -> tuple[bytes, StoredContent, bool]:
        beginnings = [
            b"" if entry.is_lost else await beginning_of(entry.mail, self._content, LOOKED_AT) for entry in out.entries
        ]
        # Up to 200 posts are parsed, which takes seconds where they are HTML.
        fields, body = await asyncio.to_thread(plain_digest, out, beginnings)

        async def pieces() -> AsyncIterator[bytes]:
            yield body

        return fields, await self._stored(pieces()), False

    async def _mime(self, out: DigestOut, number: UUID) -> tuple[bytes, StoredContent, bool]:
        are_8bit = [await self._is_8bit(entry) for entry in out.entries]
        writer = MimeDigest(out, number, is_8bit=any(are_8bit))
        return writer.fields, await self._stored(self._parts(out, writer, are_8bit)), any(are_8bit)

    async def _parts(self, out: DigestOut, writer: MimeDigest, are_8bit: Sequence[bool]) -> AsyncIterator[bytes]:
        yield writer.opening
        for entry, is_8bit in zip(out.entries, are_8bit, strict=True):
            if has_header_alone(entry):
                yield writer.instead(entry)
                continue
            before, is_base64 = writer.before(entry, is_8bit=is_8bit)
            yield before
            if not is_base64:
                async for piece in self._whole(entry):
                    yield piece
                continue
            encoder = Base64()
            async for piece in self._whole(entry):
                yield encoder.feed(piece)
            yield encoder.finish()
        yield writer.closing

    async def _is_8bit(self, entry: Entry) -> bool:
        """Whether it puts octets above 127 into the digest."""
        if has_header_alone(entry) or is_global(shown_header(entry)):
            return False
        async for piece in self._whole(entry):
            if not piece.isascii():
                return True
        return False

    async def _whole(self, entry: Entry) -> AsyncIterator[bytes]:
        yield shown_header(entry)
        async for piece in body_of(entry.mail, self._content):
            yield piece

    async def _stored(self, pieces: AsyncIterator[bytes]) -> StoredContent:
        writer = await self._content.create()
        try:
            async for piece in pieces:
                await writer.write(piece)
        except BaseException:
            await writer.abort()
            raise
        return await writer.commit()


def _entry(post: Post, *, is_lost: bool = False) -> Entry:
    return Entry(post.number, post.poster, decode(post.mail or b"").mail, is_lost)


def _number(digest: Digest, variant: Variant) -> UUID:
    """Name the message: readers of one that is made again get the same."""
    return derived_id(UUID(digest.id), "variant", f"{variant.format} {variant.slice.after} {variant.slice.until}")
