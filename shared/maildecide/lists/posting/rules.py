"""Which posting rules are asked, in order. The first objection wins."""

from collections.abc import Callable

from maildecide.lists.posting import (
    answers,
    authenticity,
    authors,
    banned_client,
    content_types,
    loop,
    moderation,
    permission,
    refused_posters,
    size,
)
from maildecide.lists.posting.facts import Objection, PostFacts

Rule = Callable[[PostFacts], Objection | None]

RULES: tuple[Rule, ...] = (
    loop.objection,  # first: what goes in circles is told to nobody
    answers.objection,
    banned_client.objection,  # before what is refused: nobody is told of what such a client sent (row 15)
    refused_posters.objection,
    authors.objection,
    permission.objection,
    size.objection,
    content_types.objection,
    authenticity.objection,  # from here on a post only waits
    moderation.objection,
)


def objection(facts: PostFacts) -> Objection | None:
    """Give what stands against a post; None: it is one."""
    for rule in RULES:
        if found := rule(facts):
            return found
    return None
