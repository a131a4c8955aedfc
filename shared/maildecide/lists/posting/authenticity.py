"""Hold posts whose author may be somebody else, where the list asks for that."""

from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object unless the author is known."""
    if facts.list.post_auth == "none" or facts.is_aligned:
        return None
    return Objection(
        "hold",
        "nothing shows that the author has sent it: DMARC does not pass",
        setting=f"post_auth={facts.list.post_auth}",
    )
