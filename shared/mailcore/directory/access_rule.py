"""An access rule: who is banned, who is let pass, and who may send through this server."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from mailcore.directory.client_match import ClientMatch, HostSuffix, parse_match, stored_match
from mailcore.directory.stored import Entity, Placed
from mailcore.moment import Moment

RuleKind = Literal["ban", "pass", "relay"]
Match = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(stored_match)]
"""Which clients: an address, a network, a range, a wildcard, or a host-name suffix."""
MOST_RULES = 1_000_000


class AccessRuleFields(Entity):
    """What an operator writes of an access rule."""

    kind: RuleKind
    """`ban`, `pass` or `relay`.

    Among `ban` and `pass` the first that matches a client decides: what becomes of a banned one is up to
    `banned_connection_action`, and one that passes is exempt from bans, the greet pause and limits per address. `relay`
    is judged apart: any that matches lets the client send through this server, and lifts no ban.
    """
    match: Match
    """Which clients: an address, a network (`192.0.2.0/24`), a range (`192.0.2.1-192.0.2.9`), a wildcard (`10.1.*.*`),
    or a host-name suffix (`.example.net`).

    A host name is that of reverse DNS: a `ban` takes it as it is, a `pass` only when it leads back to the address, and
    a `relay` takes addresses only. Without an answer from DNS such a rule does not match.
    """
    position: Annotated[int, Field(ge=1, le=MOST_RULES)] | None = None
    """The place in the list, from 1. Those from there on move down by one. null, or beyond the end: the last place."""
    comment: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    """Why it is there."""
    expires_at: Moment | None = None
    """From when on it no longer matches anybody. null: never."""

    @field_validator("match")
    @classmethod
    def _relay_takes_addresses(cls, match: str, info: ValidationInfo) -> str:
        if info.data.get("kind") == "relay" and isinstance(parse_match(match), HostSuffix):
            raise ValueError("a relay rule takes addresses only: whoever owns an address writes its name")
        return match


class AccessRule(Placed):
    """An access rule as stored."""

    kind: RuleKind
    """`ban`, `pass` or `relay`."""
    match: str
    """Which clients."""
    comment: str
    """Why it is there."""
    expires_at: datetime | None
    """From when on it no longer matches anybody."""


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """An access rule, ready to be matched."""

    id: int
    kind: RuleKind
    match: ClientMatch
    expires_at: float | None = None
    """From when on it matches nobody, in seconds since the epoch."""
