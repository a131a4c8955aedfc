"""A member of a mailing list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field

from mailcore.address import local_key, parse_address
from mailcore.directory.alias import TargetAddress
from mailcore.directory.mailing_list import Line, ListRole, MailingList
from mailcore.directory.stored import Entity, Stored

Role = Literal["member", "moderator", "owner"]
Delivery = Literal["on", "off", "digest"]
DigestFormat = Literal["mime", "plain"]


def member_key(address: str) -> str:
    """Give the form by which members are compared and ordered: the domain, a blank, the folded local part.

    Local parts compare whatever their case, also elsewhere: nobody subscribes twice by another spelling. Raises
    ValueError for what is no address.
    """
    parsed = parse_address(address)
    return f"{parsed.domain} {local_key(parsed.local_part)}"


def is_of_list(owner: MailingList, address: str) -> bool:
    """Whether it is one of a list's own addresses: what went out to it would come back as a post, or as commands."""
    return member_key(address) in {member_key(owner.address_of(role)) for role in get_args(ListRole)}


class ListMemberFields(Entity):
    """What an operator writes of a member."""

    address: TargetAddress
    """Who it is: an address anywhere. One in a managed domain must be a local address."""
    name: Annotated[Line, Field(max_length=200)] = ""
    """Their own name."""
    role: Role = "member"
    """`member`; `moderator`, who decides on held posts; `owner`, who may give owner commands too."""
    delivery: Delivery = "on"
    """Whether posts are sent: `on`, each; `off`, none; `digest`, several in one message."""
    can_post: bool = True
    """Whether the member may post."""
    digest_format: DigestFormat = "mime"
    """`mime` (RFC 2046 5.1.5) or `plain` (RFC 1153)."""
    trusted: bool = False
    """Whether a post has been approved before, so that `first_post` moderation lets others pass."""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members are meant; None: whatever they are."""

    role: Role | None = None
    delivery: Delivery | None = None
    suspended: bool | None = None


class ListMember(Stored, ListMemberFields):
    """A member as stored."""

    suspended: bool = False
    """Whether `delivery` is off because mail came back. Setting `delivery` to anything else ends it."""
    delivery_before: Delivery | None = None
    """What `delivery` was before, and is again once that is forgiven. null: nobody was suspended."""
    bounce_score: float = 0.0
    """On how many days mail came back lately, as of `bounced_at`; without more it is halved every `bounce_decay_days`.

    At `bounce_limit` of the list the address is probed.
    """
    bounced_at: datetime | None = None
    """When mail came back last. null: nothing is held against the address."""
    bounce_reason: str = ""
    """What was said then."""
    probed_at: datetime | None = None
    """When a message was sent that finds out whether the address is gone; when that comes back, the member is
    suspended. null: none is on its way."""

    @property
    def key(self) -> str:
        """What it is compared and ordered by."""
        return member_key(self.address)

    @property
    def is_moderator(self) -> bool:
        """Whether they decide on held posts."""
        return self.role != "member"
