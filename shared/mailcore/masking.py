"""Masks what must not be read in a log. Used by `log` for every line, so it is quick where there is nothing to mask."""

import re
from collections.abc import MutableMapping
from functools import lru_cache

from structlog.typing import EventDict, WrappedLogger

MASK = "***"
"""What stands for a secret."""

_SECRET_KEY = re.compile(r"passw|secret|token|authorization|cookie|credential|api_?key|private_?key", re.IGNORECASE)
# What may hold a secret, and what a text must have in it to be worth a search.
_SECRET_TEXT = (
    # user:password@ of a URL
    (("://",), re.compile(r"(?<=://)([^\s/@:]*):[^\s/]*@"), rf"\1:{MASK}@"),
    (("bearer", "basic"), re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    (
        ("password", "secret", "token"),
        re.compile(r"\b(\w*(?:password|secret|token))(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\",;&)]+", re.IGNORECASE),
        rf"\1\2\3{MASK}",
    ),
)


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what must not be read in a log: values under telling names, credentials in texts, tracebacks included."""
    for key, value in event.items():
        event[key] = _masked(key, value)
    return event


def mask_text(text: str) -> str:
    """Give `text` with the credentials in it masked."""
    # Not lower(): the patterns take the long s for an s, as case-folding does.
    folded = text.casefold()
    for signs, pattern, replacement in _SECRET_TEXT:
        for sign in signs:
            if sign in folded:
                text = pattern.sub(replacement, text)
                break
    return text


@lru_cache(maxsize=1024)
def _is_telling(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def _masked(key: str, value: object) -> object:
    if value is not None and _is_telling(key):
        return MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, MutableMapping):
        return {name: _masked(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_text(str(value))
