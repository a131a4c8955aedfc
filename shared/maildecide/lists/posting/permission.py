"""Refuse posts of those who may not post: each author must be allowed."""

from mailcore.directory.mailing_list import MailingList, Posting
from maildecide.lists.poster import Poster
from maildecide.lists.posting.facts import Objection, PostFacts
from maildecide.session.patterns import matches

_WHO: dict[Posting, str] = {
    "anyone": "",
    "members": "only members may post to the list",
    "moderators": "only moderators may post to the list",
    "chosen": "only some addresses may post to the list",
    "nobody": "nobody may post to the list any more",
}


def objection(facts: PostFacts) -> Objection | None:
    """Object where one of the authors may not post."""
    mailing_list = facts.list
    if mailing_list.posting == "nobody":
        return Objection("refuse", _WHO["nobody"], setting="posting=nobody")
    if any(not one.may_post for one in facts.posters):
        return Objection("refuse", "the list does not let this member post", setting="can_post=false of the member")
    if all(_is_allowed(one, mailing_list) for one in facts.posters):
        return None
    return Objection("refuse", _WHO[mailing_list.posting], setting=f"posting={mailing_list.posting}")


def _is_allowed(poster: Poster, mailing_list: MailingList) -> bool:
    if poster.is_owner or matches(mailing_list.posters, poster.address):
        return True
    match mailing_list.posting:
        case "anyone":
            return True
        case "members":
            return poster.member is not None
        case "moderators":
            return poster.is_moderator
        case "chosen" | "nobody":
            return False
