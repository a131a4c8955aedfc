"""Say where replies go, as the list wants it."""

from dataclasses import replace

from mailcore.mail.header_edits import fields_called, with_only
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
            poster = _poster(copy)
            return copy if poster is None else _to(copy, poster)
        case "both":
            poster, address = _poster(copy), post.list.address.encode()
            if poster is None or address.lower() in poster.lower():
                return _to(copy, poster or address)
            return _to(copy, poster + b",\r\n " + address)


def _poster(copy: Copy) -> bytes | None:
    """Give where the poster wants replies, as it was written: `Reply-To:`, else `From:`."""
    for name in (_NAME, b"from"):
        fields = fields_called(copy.header, name)
        value = fields[0].partition(b":")[2].strip() if fields else b""
        if value:
            return value
    return None


def _to(copy: Copy, value: bytes) -> Copy:
    return replace(copy, header=with_only(copy.header, _NAME, b"Reply-To: " + value + b"\r\n"))
