"""A moment as a header field has it (RFC 5322 3.3)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache


def date_time(at: float) -> str:
    """Give seconds since the epoch as `date-time`, to the second, in UTC."""
    return _of_second(int(at))


@lru_cache(maxsize=16)
def _of_second(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
