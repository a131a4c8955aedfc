"""Whether a message to an address that takes posts and commands is a command: its first line says so."""

from collections.abc import Sequence
from unicodedata import normalize

from maildecide.lists.commands.plain_text import written_text
from maildecide.lists.commands.script import Line, written
from maildecide.lists.commands.vocabulary import command_of
from maildecide.message.made_here import subject_in

_LONE = frozenset({"unsubscribe", "bye", "leave", "signoff", "退会"})
"""What people write who want to leave and know no better: to be helped, and not to be read by all."""
_LONE_SUBJECTS = frozenset({"unsubscribe", "signoff", "退会"})
"""Those of them that nobody has as the subject of a message without a text, such as one with a picture."""
_MOST_LINES = 3
"""Lines with text in a message of which such a word is the first; a signature may follow it."""


def is_command(header: bytes, beginning: bytes) -> bool:
    """Whether the first line of the text is `# <known command>`, or all there is to read is `unsubscribe`.

    `header`: the header section; `beginning`: how the body begins, the empty line before it included or not.
    """
    text = written_text(header + b"\r\n" + beginning.removeprefix(b"\r\n"))
    first = Line(next((line.strip() for line in text.splitlines() if line.strip()), ""))
    if first.is_marked:
        return command_of(first.text) is not None
    lines = tuple(line.text for line in written(text))
    return is_lone(lines) if lines else _bare(subject_in(header)) in _LONE_SUBJECTS


def is_lone(lines: Sequence[str]) -> bool:
    """Whether what somebody has written is no more than the wish to leave."""
    return bool(lines) and _bare(lines[0]) in _LONE and len(lines) <= _MOST_LINES


def _bare(line: str) -> str:
    """Give a word whatever its case, its width, and what ends it."""
    return normalize("NFKC", line).strip().rstrip(".!。").lower()
