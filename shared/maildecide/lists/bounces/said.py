"""What a message that came back says, whoever read it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["failed", "transient", "delayed", "answer", "nothing"]
"""`failed`: a server has given up for good; `transient`: it has given up, for a reason that may pass; `delayed`: it
still tries; `answer`: a program answered by itself; `nothing`: none of these, such as a report of success, a complaint,
or a letter."""

MOST_WHY = 500
"""Characters of a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """It."""

    kind: Kind
    failed: tuple[str, ...] = ()
    """The addresses that will not get it, as it names them; it may name none."""
    why: str = ""
    """What the other server says, in one line."""
    read_by: str = ""
    """What understood it, for the trace."""


NOTHING = Said("nothing")
