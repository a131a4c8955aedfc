"""A digest, as whoever writes it sees it: its list, its issue, its posts, and what is said around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.directory.mailing_list import MailingList
from mailcore.mail.header_edits import fields_called
from maildecide.lists.author_name import author_name
from maildecide.lists.digest.words import WORDS, Words
from maildecide.message.made_here import one_line, subject_of
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in it."""

    number: int
    poster: str
    """Whom its From named first, when it came."""
    mail: Mail
    """As it went out."""
    is_lost: bool = False
    """Whether the content store has its content no more, so that the header section is all there is."""

    @property
    def subject(self) -> str:
        """Its subject, on one line."""
        return subject_of(self.mail)

    @property
    def author(self) -> str:
        """What people call its author."""
        names = [author_name(field) for field in fields_called(self.mail.header, b"from")[:1]]
        return "".join(names) or self.poster


@dataclass(frozen=True, slots=True)
class DigestOut:
    """What is known of it."""

    list: MailingList
    issue: int
    at: float
    """When it was begun, in seconds since the epoch."""
    entries: Sequence[Entry]

    @property
    def words(self) -> Words:
        """Those of the list's language."""
        return WORDS[self.list.language]

    def said(self, text: str, number: int = 0) -> str:
        """Give one of the words with its values."""
        values = {
            "list": one_line(self.list.title),
            "issue": self.issue,
            "first": self.entries[0].number,
            "last": self.entries[-1].number,
            "count": len(self.entries),
            "address": self.list.address,
            "request": self.list.address_of("request"),
            "number": number,
        }
        return text.format_map(values)

    @property
    def preamble(self) -> str:
        """What stands above the posts: what this is, and their subjects."""
        topics = (f"  {entry.number}. {entry.subject} ({entry.author})" for entry in self.entries)
        lost = [self.said(self.words.lost, entry.number) for entry in self.entries if entry.is_lost]
        said = (self.said(self.words.masthead), self.said(self.words.topics), "", *topics, "")
        return "\n".join((*said, *lost, "") if lost else said)
