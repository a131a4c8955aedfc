"""What the posting rules know of a post. Loaded by the processor; ingress knows less, and asks fewer of them."""

from dataclasses import dataclass
from typing import Literal

from mailcore.directory.known_list import KnownList
from mailcore.directory.mailing_list import MailingList
from maildecide.lists.poster import Poster
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A message for a list's posting address."""

    mail: Mail
    known: KnownList
    posters: tuple[Poster, ...]
    """Its authors; empty when nobody could be one."""
    types: tuple[str, ...] | None = None
    """The content types of its parts (lower-case); None when nobody looked, since the list allows all or at RCPT."""
    is_aligned: bool = False
    """Whether the authors are known to have written it: DMARC passes, or who logged in is the author."""

    @property
    def list(self) -> MailingList:
        """The list."""
        return self.known.list

    @property
    def is_by_moderators(self) -> bool:
        """Whether all authors decide on posts themselves."""
        return bool(self.posters) and all(one.is_moderator for one in self.posters)

    @property
    def poster(self) -> str:
        """The first author; empty when there is none."""
        return self.posters[0].address if self.posters else ""


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a post."""

    kind: Literal["drop", "refuse", "hold"]
    """`drop`: nobody is told. `refuse`: as the list's `refusal` says."""
    reason: str
    """For the poster, and for moderators."""
    status: str = "5.7.2"
    """RFC 3463, where the poster is told."""
    setting: str = ""
    """What has been set that decides, for the trace: `moderation=all`. Empty: it is so for every list."""
