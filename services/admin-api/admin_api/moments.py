"""Moments as clients write them: RFC 3339 with its offset, and no number that could be one."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")


def _rfc_3339(value: object) -> object:
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise ValueError("a moment is written as in 2026-03-01T09:00:00Z (RFC 3339)")
    return value


Moment = Annotated[datetime, AwareDatetime, BeforeValidator(_rfc_3339)]
"""A parameter that is a moment."""
