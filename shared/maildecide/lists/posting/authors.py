"""Refuse a post of which nobody can be said to be the author."""

from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object to a post without an address in `From:`, or with more than anybody reads."""
    return None if facts.posters else Objection("refuse", "From names nobody who could post to the list", "5.6.0")
