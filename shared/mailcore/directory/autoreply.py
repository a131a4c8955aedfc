"""An autoreply: what an account answers by itself while its owner does not (RFC 3834)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from mailcore.directory.stored import Entity, Stored
from mailcore.moment import WrittenMoment

MOST_HOURS = 8760
"""A year: for longer nobody is remembered."""


class AutoreplyFields(Entity):
    """What an operator writes of an autoreply."""

    enabled: bool = True
    """Whether it replies."""
    body: Annotated[str, Field(min_length=1, max_length=65_536)]
    """What it says, in any language. Lines end as they are written."""
    subject: Annotated[str, Field(max_length=900, pattern=r"^[^\x00-\x1f\x7f\x80-\x9f]*$")] | None = None
    """The subject, with the same placeholders as the setting `autoreply_subject`, which null stands for."""
    starts_at: WrittenMoment | None = None
    """From when on it replies, with its offset from UTC, which is kept. null: from now on."""
    ends_at: WrittenMoment | None = None
    """From when on it no longer replies, with its offset from UTC. null: never."""
    interval_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 24
    """For how many hours a sender who got a reply gets no other one."""

    @model_validator(mode="after")
    def _has_a_period(self) -> Self:
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be later than starts_at")
        return self


class Autoreply(Stored):
    """An autoreply as stored."""

    enabled: bool
    """Whether it replies."""
    body: str
    """What it says."""
    subject: str | None
    """The subject; null: that of the setting."""
    starts_at: datetime | None
    """From when on it replies."""
    ends_at: datetime | None
    """From when on it no longer replies."""
    interval_hours: int
    """For how many hours a sender who got a reply gets no other one."""
