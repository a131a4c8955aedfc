"""What stands behind the author of a post when its copies are judged by DMARC. Gathered when the post is opened."""

from dataclasses import dataclass

from mailcore.authentication.results import AuthorPolicy
from mailcore.directory.mailing_list import MailingList
from maildecide.lists.authors import authors_of, is_known_author
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class AuthorStanding:
    """What is known of the domains of `From:`."""

    policy: AuthorPolicy = "none"
    """What they ask others to do with mail that does not align, the strictest; `unknown`: DNS did not say."""
    signatures: frozenset[bytes] = frozenset()
    """Signatures that verified when the post came, stand for all authors, and have the body that they sign: for each
    the SHA-256 of what it signs in the header section."""


UNOPPOSED = AuthorStanding()
"""Nobody is asked to refuse anything."""


def author_domains(mail: Mail) -> frozenset[str]:
    """Give the domains of all authors, in A-labels; literals of addresses are nobody's."""
    return frozenset(address.rpartition("@")[2] for address in authors_of(mail))


def is_signed_by_list(mail: Mail, mailing_list: MailingList) -> bool:
    """Whether the signature of the list's own domain on each copy, should it sign, stands for the author.

    It does where the author is in that domain, and is known to be who they say.
    """
    authors = authors_of(mail)
    return author_domains(mail) == {mailing_list.address.rpartition("@")[2]} and is_known_author(mail, authors)
