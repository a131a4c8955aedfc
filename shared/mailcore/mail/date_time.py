"""A moment as a header field has it (RFC 5322 3.3), and its date alone."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache


def date_time(at: float) -> str:
    """Give seconds since the epoch as `date-time`, to the second, in UTC."""
    return _of_second(int(at))


def date_alone(at: float) -> str:
    """Give the date of seconds since the epoch, such as 2026-03-01, in UTC."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


@lru_cache(maxsize=16)
def _of_second(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
