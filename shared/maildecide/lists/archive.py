"""What a search in the archive of a list looks into: of each post its author, its subject and how its text begins."""

from mailcore.mail.header_edits import fields_called
from mailcore.search_words import folded
from maildecide.lists.author_name import author_name
from maildecide.lists.commands.plain_text import readable_text
from maildecide.message.made_here import subject_of
from maildecide.message.mail import Mail

LOOKED_AT = 65_536
"""Octets of a body in which text is looked for."""
_MOST = 16_384
"""Characters that are kept: a search reads those of many posts."""


def words_of(post: Mail, poster: str, beginning: bytes) -> str:
    """Give them folded, in three lines; what is too long is cut.

    `post`: as it came; `beginning`: how its body begins, the empty line before it included.
    """
    name = " ".join(author_name(field) for field in fields_called(post.header, b"from")[:1])
    text = readable_text(post.header + beginning[:LOOKED_AT])
    return "\n".join(map(folded, (f"{name} {poster}", subject_of(post), text)))[:_MOST].rstrip()
