"""A token: what opens the REST API to a program or a person."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer

from mailcore.directory.stored import Entity
from mailcore.moment import Moment

TokenScope = Literal["read", "write", "admin"]


def _sorted(scopes: frozenset[TokenScope]) -> list[TokenScope]:
    return sorted(scopes)


def _repeats_allowed(schema: dict[str, Any]) -> None:
    # Naming a scope twice is naming it.
    schema.pop("uniqueItems", None)


class TokenFields(Entity):
    """What an operator writes of a token."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
    """Who or what it is for. The audit log names it as the author of changes."""
    scopes: Annotated[frozenset[TokenScope], Field(min_length=1, json_schema_extra=_repeats_allowed)]
    """What it opens: `read` and `write` for everything but tokens and audit log, `admin` for all."""
    expires_at: Moment | None = None
    """From when on it is no longer valid. null: never."""


class Token(Entity):
    """A token as stored; what is secret of it is kept only as a hash."""

    id: int
    """Number of the token; never used again."""
    name: str
    """Who or what it is for."""
    scopes: Annotated[frozenset[TokenScope], PlainSerializer(_sorted)]
    """What it opens."""
    created_at: datetime
    """When it was made."""
    expires_at: datetime | None
    """From when on it is no longer valid."""
    last_used_at: datetime | None
    """When it was last used, give or take a minute."""

    def is_valid(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at
