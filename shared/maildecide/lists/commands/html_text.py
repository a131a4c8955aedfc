"""What somebody wrote who can only write HTML: its lines, without what was quoted. Never raises.

For a few commands, not for reading: a line ends where a block does. Tags are found by one expression, in time that
grows with the text alone, whatever is in it.
"""

import re
from html import unescape

_PIECE = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,20})?[^<>]*>?|[^<]+", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]+")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "table", "ul", "ol", "pre", "hr", "h1", "h2", "h3", "body"})
_UNSEEN = frozenset({"head", "style", "script", "title", "blockquote"})
"""What holds no words of the sender's."""


def text_of_html(html: str) -> str:
    """Give the text, a line for each block."""
    pieces: list[str] = []
    unseen: list[str] = []
    for found in _PIECE.finditer(html):
        if not found[0].startswith("<"):
            if not unseen:
                # Line ends within a block are blanks.
                pieces.append(unescape(_BLANKS.sub(" ", found[0])))
            continue
        tag = (found["tag"] or "").lower()
        if tag in _BLOCKS:
            pieces.append("\n")
        elif tag in _UNSEEN and not found["end"]:
            unseen.append(tag)
        elif unseen and unseen[-1] == tag:
            unseen.pop()
    return "".join(pieces)
