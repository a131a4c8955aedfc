"""What is to be done about who is on a mailing list, and about posts that wait.

Decided in `maildecide.lists`, carried out by `db.list_clerk`, whether somebody asks by mail, by a link or over REST.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from mailcore.directory.list_member import Delivery, DigestFormat
from mailcore.directory.list_template import TemplateName

TokenKind = Literal[
    "subscribe", "unsubscribe", "old_address", "new_address", "invitation", "join_request", "leave_request", "held"
]
"""What a token is for. `old_address` and `new_address` are the two halves of a change of address; the last three are
for whoever decides, who says yes or no."""

Verdict = Literal["approve", "reject", "discard"]

FOR_OFFICERS: frozenset[TokenKind] = frozenset({"join_request", "leave_request", "held"})
"""Tokens that somebody decides by, rather than confirms."""

DAYS: Mapping[TokenKind, int] = {
    "subscribe": 3,
    "unsubscribe": 3,
    "old_address": 3,
    "new_address": 3,
    "invitation": 14,
    "join_request": 30,
    "leave_request": 30,
    "held": 30,
}
"""For how many days each is good."""


class TokenDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What else a token is about."""

    name: str = ""
    """The name of whoever comes."""
    new: str = ""
    """The new address."""
    held: str = ""
    """The id of a post that waits."""
    officer: str = ""
    """Who decides by it."""


NO_DETAIL = TokenDetail()


class Token(msgspec.Struct, frozen=True):
    """What may be used once, as it is kept (`db.list_tokens`)."""

    id: str
    """The digest of what was sent out (`mailcore.list_tokens`)."""
    list_id: int
    kind: TokenKind
    address: str
    """Whom it is about."""
    detail: TokenDetail
    at: float
    expires_at: float
    used_at: float | None = None

    def is_good(self, now: float) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Join:
    """Make somebody a member."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Make somebody a member no more."""

    address: str


@dataclass(frozen=True, slots=True)
class SetDelivery:
    """Change how a member gets posts."""

    address: str
    delivery: Delivery
    digest_format: DigestFormat | None = None
    """None: as it is."""


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Have a member, with all that is set for them, at another address."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a message with a token of its own to each of some people; whoever answers wants what `kind` says."""

    kind: TokenKind
    template: TemplateName
    address: str
    """Whom it is about."""
    to: tuple[str, ...]
    detail: TokenDetail = NO_DETAIL
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a message of the list's own."""

    template: TemplateName
    to: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""
    """The Message-ID of what it answers; empty: it answers nothing."""
    sender: str = ""
    """The envelope sender, where what comes back is to name whom it was for; empty: the list's `-bounces`."""


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide on a post that waits."""

    held: str
    verdict: Verdict
    reason: str = ""
    """For its poster, when it is rejected."""
    answers: str = ""
    """Its Message-ID, for whoever is told; empty: nobody knows it."""


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send posts of the archive to somebody."""

    to: str
    numbers: tuple[int, ...]


Deed = Join | Leave | SetDelivery | ChangeAddress | Ask | Tell | Decide | SendAgain

Result = Literal["done", "already", "limited", "unfit"]
"""What became of a deed: `already`, there was nothing left to do; `limited`, the address had its messages for today;
`unfit`, no member can have such an address."""
