"""Drop what has been through the list before."""

from maildecide.lists.loops import has_been_through
from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to a post that bears the list's own mark: telling anybody would be one more turn."""
    if has_been_through(facts.mail, facts.list):
        return Objection("drop", "it has been through this list before")
    return None
