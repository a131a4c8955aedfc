"""What is known of a message for one mailing list. Loaded before it is planned; ingress has no body to look at."""

from dataclasses import dataclass

from maildecide.lists.poster import Poster


@dataclass(frozen=True, slots=True)
class ListKnowledge:
    """About one message and one list."""

    posters: tuple[Poster, ...] = ()
    """The authors that `From:` names; empty when nobody could be one."""
    types: tuple[str, ...] | None = None
    """The content types of its parts, where the list does not take all; None: nobody looked."""
    beginning: bytes = b""
    """How its body begins, where the list's address takes commands as well; empty: nobody looked."""

    @property
    def posters_are(self) -> frozenset[str]:
        """The authors' addresses."""
        return frozenset(one.address for one in self.posters)


NOTHING_KNOWN = ListKnowledge()
