"""Attach the post to a message from the list, where the author's domain would have others refuse the copy.

What the author wrote is in it as it came, signatures and all (RFC 2046 5.2.1); the list's fields and texts are outside.
"""

from dataclasses import replace

from mailcore.mail.header_edits import all_fields, fields_called, with_field, without
from maildecide.lists.copy import cleaning, munging
from maildecide.lists.copy.disowning import is_disowned
from maildecide.lists.copy.post import Copy, PostOut

_ENCODING = b"content-transfer-encoding"
_WIDE = (b"8bit", b"binary")


def apply(copy: Copy, post: PostOut) -> Copy:
    """Do so where the list wants that."""
    return _enclosed(copy, post) if post.list.dmarc == "wrap" and is_disowned(copy, post) else copy


def _enclosed(copy: Copy, post: PostOut) -> Copy:
    inner = cleaning.apply(Copy(post.mail.header), post).header
    outer = munging.munged(copy, post).header
    # What describes or signs the content is about what is inside.
    about = {field.name for field in all_fields(outer) if field.name.startswith(b"content-")}
    outer = without(outer, about | {b"dkim-signature", b"mime-version"})
    is_global = post.mail.envelope.smtputf8 and not inner.isascii()
    kind = "message/global" if is_global else "message/rfc822"  # RFC 6532 3.7
    outer = with_field(outer, f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n".encode("ascii"))
    outer = with_field(outer, b"Content-Disposition: inline\r\n")
    if encoding := _encoding(inner, post):
        outer = with_field(outer, b"Content-Transfer-Encoding: " + encoding + b"\r\n")
    return replace(copy, header=outer, before=inner + b"\r\n")


def _encoding(inner: bytes, post: PostOut) -> bytes:
    """Give how wide the message inside is, or may be (RFC 2045 6.4); empty for 7 bit."""
    for raw in fields_called(inner, _ENCODING):
        if (written := raw.partition(b":")[2].strip().lower()) in _WIDE:
            return written
    return b"" if inner.isascii() and post.body is not None and post.body.isascii() else b"8bit"
