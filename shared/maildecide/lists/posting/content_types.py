"""Refuse posts with parts of a content type that the list does not take."""

from collections.abc import Iterable

from maildecide.lists.posting.facts import Objection, PostFacts

UNREADABLE = "x-unreadable/x-parts"
"""What parts are called that nobody can tell apart: nested too deep, or hidden in an encoding."""


def objection(facts: PostFacts) -> Objection | None:
    """Object to the first part that is not allowed, `multipart/*` apart, which only holds others."""
    if facts.types is None:
        return None
    if UNREADABLE in facts.types:
        setting = "allowed_types" if facts.list.allowed_types else "refused_types"
        return Objection("refuse", "the list takes no parts whose types cannot be told", "5.6.1", setting)
    for found in facts.types:
        is_allowed = found.startswith("multipart/") or not facts.list.allowed_types
        is_allowed = is_allowed or _is_among(found, facts.list.allowed_types)
        if not is_allowed or _is_among(found, facts.list.refused_types):
            setting = "refused_types" if is_allowed else "allowed_types"
            return Objection("refuse", f"the list does not take parts of the type {found}", "5.6.1", setting)
    return None


def _is_among(found: str, types: Iterable[str]) -> bool:
    return any(found == one or (one.endswith("/*") and found.startswith(one[:-1])) for one in types)
