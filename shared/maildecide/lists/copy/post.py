"""A post on its way out, as the handlers see it: what they know, and what they make."""

from dataclasses import dataclass

from mailcore.directory.mailing_list import MailingList
from maildecide.lists.author_standing import UNOPPOSED, AuthorStanding
from maildecide.lists.copy.placeholders import expanded
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class PostOut:
    """What is known of a post that has its number."""

    list: MailingList
    number: int
    mail: Mail
    """As it was accepted."""
    poster: str
    body: bytes | None
    """What follows the header section, from the empty line on; None: it is too large to be held."""
    unsubscribe: tuple[str, str] | None
    """What stands before and after a member's token in the link by which they leave; None: there are no links."""
    standing: AuthorStanding = UNOPPOSED
    """What stands behind the author."""

    @property
    def tag(self) -> str | None:
        """What is put before the subject; None: nothing."""
        tag = self.list.subject_tag
        return None if tag is None else expanded(tag, self.list, self.number)


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes out, so far."""

    header: bytes
    """The header section, CRLF-ended, `Received:` and all."""
    before: bytes = b""
    """What is put between the empty line and the body."""
    body: bytes | None = None
    """What is put in the place of the body; None: the body as it came."""
    after: bytes = b""
    """What is put after the body."""

    @property
    def has_other_body(self) -> bool:
        """Whether what follows the header section is not what came."""
        return bool(self.before or self.after) or self.body is not None
