"""Column types that mean the same on PostgreSQL and SQLite."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Double, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Number: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""64 bits. SQLite counts up only what is called INTEGER."""

Name: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared octet by octet, so that paging by it does not depend on the server's locale."""

Seconds: TypeEngine[float] = Double()
"""Seconds since the epoch."""


class Instant(TypeDecorator[datetime]):
    """A moment with its time zone, always UTC. A datetime without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Texts(TypeDecorator[tuple[str, ...]]):
    """Some texts in their order, as a JSON array. What is read is as frozen as what was written."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> list[str] | None:
        """Give what the driver stores."""
        del dialect
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Give the stored texts."""
        del dialect
        return None if value is None else tuple(value)
