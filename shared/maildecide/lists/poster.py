"""An author of a post, as the list knows them. Loaded for each list that a message is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember, member_key


@dataclass(frozen=True, slots=True)
class Poster:
    """One of whom `From:` names."""

    address: str
    member: ListMember | None
    """Who that is among the members; None for somebody else."""
    is_owner: bool = False
    """Whether it is the list's owner, a member or not."""

    @property
    def is_moderator(self) -> bool:
        """Whether they decide on posts themselves."""
        return self.is_owner or (self.member is not None and self.member.is_moderator)

    @property
    def may_post(self) -> bool:
        """Whether the list lets them at all."""
        return self.member is None or self.member.can_post


def posters_of(known: KnownList, members: Mapping[str, ListMember | None]) -> tuple[Poster, ...]:
    """Give the authors of a post for a list; `members`: who they are among its members, by address."""
    owner = member_key(known.list.owner)
    return tuple(Poster(address, member, member_key(address) == owner) for address, member in members.items())
