"""A mailing list as mail meets it: with what the address is for that led there, and with the few who look after it.

Members are never held together: a list may have more of them than fit. They are looked up one by one, or read in
ranges of their keys while a post is expanded.
"""

from dataclasses import dataclass

from mailcore.directory.list_member import ListMember
from mailcore.directory.mailing_list import ListRole, MailingList

MOST_OFFICERS = 100
"""Moderators and owners of one list that are at hand."""


@dataclass(frozen=True, slots=True)
class KnownList:
    """A list behind one of its addresses."""

    list: MailingList
    role: ListRole
    """What the address is for."""
    officers: tuple[ListMember, ...] = ()
    """Its moderators and owners among the members, at most `MOST_OFFICERS`."""

    @property
    def address(self) -> str:
        """Where its posts are sent."""
        return self.list.address

    @property
    def owners(self) -> tuple[str, ...]:
        """The addresses of whoever is responsible: its owner, and members who are owners."""
        return tuple(dict.fromkeys((self.list.owner, *(one.address for one in self.officers if one.role == "owner"))))

    @property
    def moderators(self) -> tuple[str, ...]:
        """The addresses of whoever decides on held posts: moderators and owners, or the owner when there are none."""
        return tuple(dict.fromkeys(one.address for one in self.officers)) or (self.list.owner,)
