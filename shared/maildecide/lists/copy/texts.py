"""Put the list's texts above and below a post: into a plain text, else as parts beside the whole of it.

What is signed or encrypted stays what it is, octet for octet: it becomes a part of its own.
"""

from dataclasses import replace

from mailcore.mail.header_edits import without
from maildecide.lists.copy.placeholders import expanded
from maildecide.lists.copy.plain_text import within
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.copy.wrapping import beside

_OF_CONTENT_AS_IT_CAME = frozenset({b"content-length", b"content-md5"})


def apply(copy: Copy, post: PostOut) -> Copy:
    """Give the copy with the texts, where the list has some."""
    above, below = _texts(post)
    if not (above or below):
        return copy
    plain = within(copy.header, post.body, above, below)
    if plain is None:
        return beside(copy, above, below, f"=_{post.mail.arrival.id.hex}")
    header = without(copy.header, _OF_CONTENT_AS_IT_CAME)
    return replace(copy, header=header, before=plain.before, body=plain.body, after=plain.after)


def has_texts(post: PostOut) -> bool:
    """Whether the list puts texts to the post."""
    return any(_texts(post))


def _texts(post: PostOut) -> tuple[str, str]:
    """Give what stands above and below the post."""
    above, below = (expanded(text, post.list, post.number) for text in (post.list.header_text, post.list.footer_text))
    return above.strip("\r\n"), below.strip("\r\n")
