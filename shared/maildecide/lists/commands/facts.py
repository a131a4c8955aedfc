"""What is known when a command is judged. Loaded by the processor, in the transaction that does what it asks for."""

from dataclasses import dataclass
from typing import Literal

from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember, member_key
from mailcore.directory.mailing_list import MailingList
from mailcore.directory.past_post import PastPost
from mailcore.list_deeds import Token

Password = Literal["right", "wrong", "limited"]
"""What a password is worth; `limited`: there have been too many wrong ones today."""


@dataclass(frozen=True, slots=True)
class Commander:
    """Who gives the commands of one message."""

    address: str
    """Whom `From:` names, alone. What is done is done for this address, and it gets the answer."""
    is_verified: bool = False
    """Whether it is known to have written it."""
    name: str = ""
    """What they call themselves there; empty: nothing, or nothing that says more than the address."""
    has_password: bool = False
    """Whether the list's password stood in a line above."""


@dataclass(frozen=True, slots=True)
class CommandFacts:
    """About one command."""

    known: KnownList
    commander: Commander
    member: ListMember | None
    """Who the commander is among the members, after what was done so far."""
    now: float
    """Seconds since the epoch."""
    token: Token | None = None
    """The token that the command names, if there is one."""
    other: ListMember | None = None
    """Who the first address that the command names is among the members."""
    password: Password = "wrong"  # noqa: S105 - no password
    """What the password is worth that the command names."""
    members: tuple[ListMember, ...] = ()
    """Those that are to be shown."""
    has_more: bool = False
    """Whether there are others."""
    posts: tuple[PastPost, ...] = ()
    """Those that are to be shown."""

    @property
    def list(self) -> MailingList:
        """The list."""
        return self.known.list

    @property
    def address(self) -> str:
        """Who gives the command."""
        return self.commander.address

    @property
    def is_owner(self) -> bool:
        """Whether the commander may do what owners may."""
        return self.commander.has_password or (self.commander.is_verified and self._is_among(self.known.owners))

    @property
    def is_moderator(self) -> bool:
        """Whether the commander may decide on posts."""
        return self.is_owner or (self.commander.is_verified and self._is_among(self.known.moderators))

    @property
    def could_be_moderator(self) -> bool:
        """Whether the commander would be one, if he were known to have written it."""
        return self._is_among((*self.known.owners, *self.known.moderators))

    def _is_among(self, addresses: tuple[str, ...]) -> bool:
        key = member_key(self.address)
        return any(member_key(one) == key for one in addresses)
