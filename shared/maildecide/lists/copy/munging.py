"""Have From name the list ("via"), where the author's domain would have others refuse the copy; no reply is lost.

A reply goes to where it went before. Where that is not the author, they are in Cc, so that a reply to all reaches them
and readers see who wrote it.
"""

from dataclasses import replace

from mailcore.address import parse_address
from mailcore.mail.header_edits import fields_called, with_first, with_only
from mailcore.mail.named_mailbox import named_mailbox
from maildecide.lists.author_name import author_name
from maildecide.lists.authors import addresses_in
from maildecide.lists.copy.disowning import is_disowned
from maildecide.lists.copy.mailboxes import joined, value_of
from maildecide.lists.copy.post import Copy, PostOut

_FROM, _REPLY_TO, _CC = b"from", b"reply-to", b"cc"


def apply(copy: Copy, post: PostOut) -> Copy:
    """Do so where the list wants that."""
    return munged(copy, post) if post.list.dmarc == "munge" and is_disowned(copy, post) else copy


def munged(copy: Copy, post: PostOut) -> Copy:
    """Give the copy from the list: `"Name via List" <list@...>`, its authors in Reply-To or Cc as they were written."""
    authors = fields_called(copy.header, _FROM)
    header = _with_authors(copy.header, authors)
    value = named_mailbox(_name(authors, post), post.list.address)
    return replace(copy, header=with_only(header, _FROM, b"From: " + value + b"\r\n"))


def _name(authors: tuple[bytes, ...], post: PostOut) -> str:
    found = next(filter(None, map(author_name, authors)), "")
    # A moderator may have let through what nobody can be named of.
    name = found or (parse_address(post.poster).local_part if post.poster else "")
    return f"{name} via {post.list.title}" if name else post.list.title


def _with_authors(header: bytes, authors: tuple[bytes, ...]) -> bytes:
    written = joined(map(value_of, authors))
    if not written:
        return header
    if not any(map(value_of, fields_called(header, _REPLY_TO))):
        return with_only(header, _REPLY_TO, b"Reply-To: " + written + b"\r\n")
    reached = [raw for name in (_REPLY_TO, b"to", _CC) for raw in fields_called(header, name)]
    if set().union(*map(addresses_in, authors)) <= set().union(*map(addresses_in, reached)):
        return header
    copied = next(iter(fields_called(header, _CC)), b"")
    return with_first(header, _CC, b"Cc: " + joined((value_of(copied), written)) + b"\r\n")
