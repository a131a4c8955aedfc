"""What came of asking an addon: its answer, or why there is none."""

from dataclasses import dataclass
from pathlib import Path

from mailcore.errors import Transient


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    code: int
    """See `maildecide.message.addons.answer`."""
    output: Path
    """What came with it: a file that is gone when the spool is."""
    said: str = ""
    """What it said beside, for an operator: the beginning of its standard error."""


class AddonFailed(Exception):  # noqa: N818 - reads as what happened
    """There is no answer: the message goes on without."""


class AddonLater(Transient):
    """An addon cannot answer now, and wants to be asked again."""
