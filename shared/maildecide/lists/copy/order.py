"""Which handlers make what goes out of a post, in order."""

from collections.abc import Callable

from maildecide.lists.copy import cleaning, enclosing, list_fields, marks, munging, reply_to, subject, texts
from maildecide.lists.copy.post import Copy, PostOut

Handler = Callable[[Copy, PostOut], Copy]

COPY: tuple[Handler, ...] = (
    cleaning.apply,  # first: what is removed must not be taken for ours
    subject.apply,
    reply_to.apply,
    list_fields.apply,
    marks.apply,
    munging.apply,  # when the rest of the header section is as it goes out: only then is it known what holds
    enclosing.apply,
    texts.apply,  # last: beside what is enclosed
)


def copy_of(post: PostOut, handlers: tuple[Handler, ...] = COPY) -> Copy:
    """Give what goes out."""
    copy = Copy(post.mail.trace_fields + post.mail.header)
    for handler in handlers:
        copy = handler(copy, post)
    return copy
