"""Hold posts that a moderator is to see first."""

from maildecide.lists.poster import Poster
from maildecide.lists.posting.facts import Objection, PostFacts


def objection(facts: PostFacts) -> Objection | None:
    """Object as the list says, unless all authors are moderators themselves."""
    if facts.is_by_moderators:
        return None
    match facts.list.moderation:
        case "none":
            return None
        case "non_members":
            return _of_strangers(facts)
        case "first_post":
            waits = any(not _is_trusted(one) for one in facts.posters)
            return _of_strangers(facts) or (_hold(facts, "it is the first post of its author") if waits else None)
        case "all":
            return _hold(facts, "every post is looked at first")


def _of_strangers(facts: PostFacts) -> Objection | None:
    """Object to authors of whom no post is remembered: whoever is no member is looked at each time."""
    is_by_stranger = any(one.member is None and not one.is_owner for one in facts.posters)
    return _hold(facts, "it is not by a member") if is_by_stranger else None


def _hold(facts: PostFacts, reason: str) -> Objection:
    return Objection("hold", reason, setting=f"moderation={facts.list.moderation}")


def _is_trusted(poster: Poster) -> bool:
    return poster.is_moderator or (poster.member is not None and poster.member.trusted)
