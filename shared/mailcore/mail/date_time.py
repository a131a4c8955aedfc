"""A moment as a header field has it (RFC 5322 3.3)."""

from datetime import UTC, datetime
from email.utils import format_datetime


def date_time(at: float) -> str:
    """Give seconds since the epoch as `date-time`, to the second, in UTC."""
    return format_datetime(datetime.fromtimestamp(int(at), UTC))
