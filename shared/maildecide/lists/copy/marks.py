"""Write what filters and other lists know a list's posts by, and this list its own."""

from dataclasses import replace

from mailcore.mail.header_edits import with_field
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.loops import LOOP


def apply(copy: Copy, post: PostOut) -> Copy:
    """Add the fields; `X-Loop` of other lists stays, so that lists that are members of each other come to an end."""
    values = (
        ("Precedence", "list"),
        ("X-ML-Name", post.list.name),
        ("X-Mail-Count", str(post.number)),
        (LOOP, post.list.address),
    )
    raw = "".join(f"{name}: {value}\r\n" for name, value in values)
    return replace(copy, header=with_field(copy.header, raw.encode()))
