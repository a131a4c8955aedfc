"""Refuse a recipient behind which there are only lists that take no post from the sender, whatever it says (row 13)."""

from mailcore import replies
from mailcore.directory.targets import ListTarget, Target
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.lists.posting.refused_posters import refuses
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse where sender and lists alone decide. Reports are taken, and so is what a list wants to see or drop."""
    targets = facts.resolution.targets
    if facts.sender is None or not targets:
        return None
    sender = str(facts.sender)
    return replies.LIST_TAKES_NO_POSTS if all(_refuses(target, sender) for target in targets) else None


def _refuses(target: Target, sender: str) -> bool:
    if not isinstance(target, ListTarget) or target.known.role != "post":
        return False
    mailing_list = target.known.list
    if mailing_list.refusal != "dsn" or mailing_list.takes_both:
        return False
    return mailing_list.posting == "nobody" or refuses(mailing_list, (sender,))
