"""Hold what a banned client sent, where row 15 has it taken."""

from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to every post of such a client, whoever it says it is by."""
    if facts.mail.marks.banned is None:
        return None
    return Objection("hold", "the client is banned", setting="banned_connection_action of the settings of SMTP")
