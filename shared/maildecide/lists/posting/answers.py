"""Drop what a program answered by itself: members' absences are nobody's post."""

from maildecide.lists.automatic import automatic_answer
from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to an automatic answer; whoever answers by himself is told nothing (RFC 3834 2)."""
    field = automatic_answer(facts.mail)
    return None if field is None else Objection("drop", f"it is an automatic answer, says {field}")
