"""Refuse posts that are larger than the list takes."""

from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to the size of the message as it came."""
    most, size = facts.list.max_size, facts.mail.content.size
    if most is None or size <= most:
        return None
    reason = f"the list takes posts of up to {most} octets; this one has {size}"
    return Objection("refuse", reason, "5.2.3", setting=f"max_size={most}")
