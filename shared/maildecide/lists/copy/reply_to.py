"""Say where replies go, as the list wants it."""

from dataclasses import replace

from mailcore.mail.header_edits import fields_called, with_only
from maildecide.lists.authors import addresses_in
from maildecide.lists.copy.mailboxes import joined, value_of
from maildecide.lists.copy.post import Copy, PostOut

_NAME = b"reply-to"


def apply(copy: Copy, post: PostOut) -> Copy:
    """Set `Reply-To:`, or leave it as the poster wrote it."""
    match post.list.reply_to:
        case "untouched":
            return copy
        case "list":
            return _to(copy, post.list.address.encode())
        case "fixed":
            return _to(copy, (post.list.reply_to_address or post.list.address).encode())
        case "poster":
            poster, _ = _poster(copy)
            return _to(copy, poster) if poster else copy
        case "both":
            poster, named = _poster(copy)
            is_there = post.list.address.lower() in {address.lower() for address in named}
            return _to(copy, poster if is_there else joined((poster, post.list.address.encode())))


def _poster(copy: Copy) -> tuple[bytes, frozenset[str]]:
    """Give where the poster wants replies, as it was written, and whom that names: `Reply-To:`, else `From:`."""
    for name in (_NAME, b"from"):
        fields = fields_called(copy.header, name)
        if value := joined(map(value_of, fields)):
            return value, frozenset().union(*map(addresses_in, fields))
    return b"", frozenset()


def _to(copy: Copy, value: bytes) -> Copy:
    return replace(copy, header=with_only(copy.header, _NAME, b"Reply-To: " + value + b"\r\n"))
