"""How moderators are told of posts that wait when there are many: at first of each, then of all together once an hour.

So whoever sends a list thousands of messages does not send its moderators as many.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mailcore.directory.mailing_list import Language
from maildecide.lists.notices.reasons import said_in
from maildecide.message.made_here import one_line

MOST_ALONE = 50
"""Posts of one list on a day (UTC) that moderators are told of one by one."""
MOST_SHOWN = 50
"""Posts that are named in one message."""
_HOUR = 3600.0
_MOST_SUBJECT = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits."""

    number: str
    """What it is decided on by."""
    poster: str
    subject: str
    reason: str


def due_after(now: float) -> float:
    """Give when those who were not told of one by one are told of together: at the next full hour."""
    return (now // _HOUR + 1) * _HOUR


def named(posts: Iterable[Waiting], language: Language) -> str:
    """Give the lines that name them; none begins as a command does, or as a line does that ends commands."""
    return "\n".join(
        f"* {one.number}\n    {one_line(one.poster)}: {_shortened(one.subject)}\n    ({said_in(language, one.reason)})"
        for one in posts
    )


def _shortened(subject: str) -> str:
    text = one_line(subject)
    return text if len(text) <= _MOST_SUBJECT else text[:_MOST_SUBJECT] + "\N{HORIZONTAL ELLIPSIS}"
