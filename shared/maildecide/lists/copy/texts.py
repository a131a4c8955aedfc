"""Put the list's texts above and below a post: into a plain text, else as parts beside the whole of it.

What is signed or encrypted stays what it is, octet for octet: it becomes a part of its own.
"""

from dataclasses import replace

from maildecide.lists.copy.placeholders import expanded
from maildecide.lists.copy.plain_text import within
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.copy.wrapping import beside


def apply(copy: Copy, post: PostOut) -> Copy:
    """Give the copy with the texts, where the list has some."""
    above = expanded(post.list.header_text, post.list, post.number).strip("\r\n")
    below = expanded(post.list.footer_text, post.list, post.number).strip("\r\n")
    if not (above or below):
        return copy
    plain = within(copy.header, post.body, above, below)
    if plain is None:
        return beside(copy, above, below, f"=_{post.mail.arrival.id.hex}")
    return replace(copy, before=plain.before, body=plain.body, after=plain.after)
