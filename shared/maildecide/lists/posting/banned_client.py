"""Hold what a banned client sent, where row 15 has it taken."""

from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to every post of such a client, whoever it says it is by."""
    return Objection("hold", "the client is banned") if facts.mail.marks.banned is not None else None
