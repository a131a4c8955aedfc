"""How the text of a post begins, for somebody who decides on it."""

from maildecide.lists.commands.plain_text import readable_text

MOST_LINES = 20
_MOST_LINE = 200
_MOST = 1500
"""Characters in all."""


def excerpt(header: bytes, beginning: bytes) -> str:
    """Give the first lines of the text (plain, else HTML), quoted; empty where there is none.

    `beginning`: how the body begins, the empty line before it included. Quoted, they are never taken for commands.
    """
    lines = readable_text(header + beginning).strip().splitlines()
    shown = [_shortened(line) for line in lines[:MOST_LINES]]
    kept: list[str] = []
    for line in shown:
        if sum(map(len, kept)) + len(line) > _MOST:
            break
        kept.append(line)
    if len(kept) < len(lines):
        kept.append("[...]")
    return "\n".join(f"> {line}".rstrip() for line in kept)


def _shortened(line: str) -> str:
    return line if len(line) <= _MOST_LINE else line[:_MOST_LINE] + "\N{HORIZONTAL ELLIPSIS}"
