"""What somebody wrote who can only write HTML: its lines, without what was quoted. Never raises.

For a few commands, not for reading: a line ends where a block does.
"""

from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "table", "ul", "ol", "pre", "hr", "h1", "h2", "h3", "body", "section"}
)
_UNSEEN = frozenset({"head", "style", "script", "title", "blockquote"})
"""What holds no words of the sender's."""


def text_of_html(html: str) -> str:
    """Give the text, a line for each block."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN:
            self._unseen.append(tag)
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()
        self._end_line(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # Line ends within a block are blanks.
            self.pieces.append(" ".join(data.splitlines()) if data.strip() else " ")

    def _end_line(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
