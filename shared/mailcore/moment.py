"""Moments as clients write them: RFC 3339 with its offset, and no number that could be one."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _rfc_3339(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not _RFC_3339.fullmatch(value):
        raise ValueError("a moment is written as in 2026-03-01T09:00:00Z (RFC 3339)")
    return datetime.fromisoformat(value.upper())


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC this moment is not in the years 1 to 9999") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_utc)]
"""A moment in UTC, read from RFC 3339."""


def _within_utc(moment: datetime) -> datetime:
    _utc(moment)
    return moment


WrittenMoment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_within_utc)]
"""A moment that keeps the offset from UTC with which it was written."""
