"""Shell patterns of settings and accounts: `*`, `?`, `[...]`, compared without case. Asked by checks."""

import fnmatch
import re
from functools import lru_cache

from mailcore.address import local_key


def matches(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of `patterns` matches the whole text."""
    return bool(patterns) and _compiled(patterns).match(local_key(text)) is not None


@lru_cache(maxsize=1024)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Make one expression of all; settings and accounts hold the same tuple until they change."""
    return re.compile("|".join(fnmatch.translate(local_key(pattern)) for pattern in patterns))
