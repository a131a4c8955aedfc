"""Which handlers make what goes out of a post, in order."""

from collections.abc import Callable

from maildecide.lists.copy import cleaning, list_fields, marks, reply_to, subject, texts
from maildecide.lists.copy.post import Copy, PostOut

Handler = Callable[[Copy, PostOut], Copy]

COPY: tuple[Handler, ...] = (
    cleaning.apply,  # first: what is removed must not be taken for ours
    subject.apply,
    reply_to.apply,
    list_fields.apply,
    marks.apply,
    texts.apply,
)


def copy_of(post: PostOut, handlers: tuple[Handler, ...] = COPY) -> Copy:
    """Give what goes out."""
    copy = Copy(post.mail.trace_fields + post.mail.header)
    for handler in handlers:
        copy = handler(copy, post)
    return copy
