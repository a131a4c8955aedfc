"""Refuse whom the list refuses by name, as sender or as author."""

from collections.abc import Iterable

from mailcore.directory.mailing_list import MailingList
from maildecide.lists.posting.facts import Objection, PostFacts
from maildecide.session.patterns import matches

REASON = "the list takes no posts from this address"


def refuses(mailing_list: MailingList, addresses: Iterable[str]) -> bool:
    """Whether the list refuses one of them."""
    patterns = mailing_list.refused_posters
    return bool(patterns) and any(matches(patterns, address) for address in addresses if address)


def objection(facts: PostFacts) -> Objection | None:
    """Object to the envelope sender, and to each author."""
    if refuses(facts.list, (facts.mail.envelope.sender, *(one.address for one in facts.posters))):
        return Objection("refuse", REASON, setting="refused_posters")
    return None
