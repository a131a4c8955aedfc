"""Whether a message to an address that takes posts and commands is a command: its first line says so."""

from maildecide.lists.commands.plain_text import plain_text
from maildecide.lists.commands.vocabulary import command_of

_LONE = frozenset({"unsubscribe", "bye", "leave", "signoff", "退会"})
"""What people write who want to leave and know no better: to be helped, and not to be read by all."""
_MOST_LINES = 3
"""Lines with text in a message of which such a word is the first; a signature may follow it."""


def is_command(header: bytes, beginning: bytes) -> bool:
    """Whether the first line of the text is `# <known command>`, or a lone `unsubscribe`.

    `header`: the header section; `beginning`: how the body begins, the empty line before it included or not.
    """
    lines = first_lines(header, beginning)
    if not lines:
        return False
    if lines[0].startswith("#"):
        return command_of(lines[0]) is not None
    return is_lone(lines)


def is_lone(lines: tuple[str, ...]) -> bool:
    """Whether the lines of a text are no more than the wish to leave."""
    wish = lines[0].rstrip(".!。").lower() if lines else ""
    return wish in _LONE and len(lines) <= _MOST_LINES


def first_lines(header: bytes, beginning: bytes) -> tuple[str, ...]:
    """Give the lines of the text that hold something, up to a signature."""
    text = plain_text(header + b"\r\n" + beginning.removeprefix(b"\r\n"))
    lines: list[str] = []
    for line in text.splitlines():
        if line.rstrip() == "--":
            break
        if line.strip():
            lines.append(line.strip())
    return tuple(lines)
