"""The commands in a message: one in its subject, and line by line in its text. Pure.

Looked at is what people write. What their programs add is passed over: quotations, the line above them, signatures,
and what was sent on.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from mailcore.mail.subject import REPLY_MARKS
from maildecide.lists.commands.vocabulary import Command, command_of
from maildecide.message.made_here import one_line

MOST_COMMANDS = 20
"""Commands of one message."""
MOST_UNKNOWN = 3
"""Lines that are no command; with the last of them reading ends."""
_MOST_LINES = 500
"""Lines of a text that are looked at."""
_MOST_SHOWN = 100
"""Characters of a line that an answer repeats."""
_MARKS = ("#", "\N{FULLWIDTH NUMBER SIGN}")
_BEFORE = " \N{IDEOGRAPHIC SPACE}" + "".join(_MARKS)
"""What may stand before a command."""
_QUOTED = (">", "|", "\N{FULLWIDTH GREATER-THAN SIGN}")
_SENT_ON = re.compile(r"(?:-{3,}|_{10,}|={10,}).*|(?:From|差出人) ?[:\uff1a].*")
"""How what was answered or sent on begins, where it is not quoted."""
_DECIDES = re.compile(r"\b(confirm|approve|reject|discard)\s+([a-z2-7]{32})\b", re.IGNORECASE)
"""What the list's own subjects hold, wherever in them."""

Ended = Literal["", "unknown", "many"]
"""Why the rest was not read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read."""

    text: str
    command: Command | None = None
    """None: it is none."""

    @property
    def shown(self) -> str:
        """The line as an answer repeats it: short, and never with a password."""
        if self.command is not None and self.command.verb == "password":
            return "password ********"
        return self.text if len(self.text) <= _MOST_SHOWN else self.text[:_MOST_SHOWN] + "\N{HORIZONTAL ELLIPSIS}"

    @property
    def is_marked(self) -> bool:
        """Whether it begins with what tells commands from posts."""
        return self.text.startswith(_MARKS)

    @property
    def rest(self) -> str:
        """What stands behind the command, as it was written."""
        return "".join(self.text.lstrip(_BEFORE).split(maxsplit=1)[1:]).rstrip()


@dataclass(frozen=True, slots=True)
class Script:
    """All that is to be done, in order."""

    lines: tuple[Line, ...]
    ended: Ended = ""

    @property
    def commands(self) -> tuple[Command, ...]:
        """The lines that are commands."""
        return tuple(line.command for line in self.lines if line.command is not None)


def read_script(subject: str, text: str, *, marked: bool) -> Script:
    """Read a message.

    `marked`: whether it came to an address that takes posts as well, where only lines with `#` are commands, and
    none stands in the subject.
    """
    lines = written(text)
    if marked:
        return _bounded(line for line in lines if line.is_marked)
    above = _in_subject(subject)
    if above is None:
        return _bounded(lines)
    # Beside a command in the subject the text may be anything, such as the message that is answered.
    return _bounded((above, *takewhile(lambda line: line.command is not None, lines)))


def _in_subject(subject: str) -> Line | None:
    if (found := _DECIDES.search(subject)) is not None:
        return _line(" ".join(found.groups()))
    marks = REPLY_MARKS.match(subject)
    line = _line(subject if marks is None else subject[marks.end() :])
    return None if line.command is None else line


def written(text: str) -> Iterator[Line]:
    """Give what somebody wrote himself, down to what ends it."""
    lines = [one_line(line) for line in text.splitlines()[:_MOST_LINES]]
    filled = [line for line in lines if line]
    for place, line in enumerate(filled):
        if line == "--" or _SENT_ON.fullmatch(line):
            return
        if line.startswith(_QUOTED):
            continue
        read = _line(line)
        if read.command is not None or not _is_above_quotation(filled[place + 1 : place + 3]):
            yield read


def _is_above_quotation(following: Sequence[str]) -> bool:
    """Whether a quotation comes next, or what is left of the line above it, which programs break in two."""
    if not following or following[0].startswith(_QUOTED):
        return bool(following)
    return following[0].endswith((":", "\N{FULLWIDTH COLON}")) and following[-1].startswith(_QUOTED)


def _line(text: str) -> Line:
    bare = one_line(text)
    return Line(bare, command_of(bare))


def _bounded(lines: Iterable[Line]) -> Script:
    """Take each command once, and no more than there may be."""
    taken: list[Line] = []
    seen: set[Command] = set()
    unknown = 0
    for line in lines:
        if line.command is None:
            unknown += 1
        elif line.command.verb == "end":
            break
        elif line.command in seen:
            continue
        elif len(seen) == MOST_COMMANDS:
            return Script(tuple(taken), "many")
        else:
            seen.add(line.command)
        taken.append(line)
        if unknown == MOST_UNKNOWN:
            return Script(tuple(taken), "unknown")
    return Script(tuple(taken))
