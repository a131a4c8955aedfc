"""What follows when somebody answers what a list has asked, by mail or by a link.

Whoever has a token may answer by it: it was sent to one address alone. An owner's or a moderator's is worth nothing
once they are that no more.
"""

from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import member_key
from mailcore.list_deeds import (
    FOR_OFFICERS,
    Ask,
    ChangeAddress,
    Decide,
    Join,
    Leave,
    Tell,
    Token,
    TokenDetail,
    Verdict,
)
from maildecide.lists.commands.judgement import Do, Judgement, Say, say
from maildecide.lists.commands.outcomes import (
    ADDED,
    APPROVED,
    ASKED,
    DISCARDED,
    JOINED,
    LEFT,
    REJECTED,
    REMOVED,
    REQUESTED,
)


def answered(known: KnownList, token: Token | None, verdict: Verdict, reason: str, now: float) -> Judgement:
    """Judge an answer; `now`: seconds since the epoch."""
    if token is None or token.list_id != known.list.id or not _may_use(known, token):
        return say("no_token")
    if token.used_at is not None:
        return say("token_used")
    if not token.is_good(now):
        return say("token_expired")
    if token.kind in FOR_OFFICERS:
        return Judgement((_decided(token, verdict, reason),), uses=token)
    return Judgement((_confirmed(known, token) if verdict == "approve" else Say("declined"),), uses=token)


def _may_use(known: KnownList, token: Token) -> bool:
    if token.kind not in FOR_OFFICERS:
        return True
    officers = (*known.owners, *known.moderators) if token.kind == "held" else known.owners
    return member_key(token.detail.officer) in {member_key(one) for one in officers}


def _confirmed(known: KnownList, token: Token) -> Do | Say:
    address, mailing_list, values = token.address, known.list, {"address": token.address}
    match token.kind:
        case "subscribe" if mailing_list.subscription in {"approve", "confirm_and_approve"}:
            return joining_request(known, address, token.detail.name)
        case "subscribe" if mailing_list.subscription == "closed":
            return Say("joining_closed")
        case "unsubscribe":
            return _leaving(known, address)
        case "old_address" | "new_address":
            return _moved(token)
        case _:
            return Do(Join(address, token.detail.name), JOINED, values)


def _leaving(known: KnownList, address: str) -> Do | Say:
    match known.list.unsubscription:
        case "closed":
            return Say("leaving_closed")
        case "approve":
            return leaving_request(known, address)
        case _:
            return Do(Leave(address), LEFT, {"address": address})


def _moved(token: Token) -> Do:
    """Ask the new address, once the old one says yes; once both do, it is done."""
    old, new = token.address, token.detail.new
    if token.kind == "old_address":
        ask = Ask("new_address", "confirm_address", old, (new,), TokenDetail(new=new), {"new": new})
        return Do(ask, ASKED, {"address": new})
    return Do(
        ChangeAddress(old, new),
        {"done": "moved", "already": "not_member", "unfit": "unfit"},
        {"address": old, "new": new},
    )


def joining_request(known: KnownList, address: str, name: str) -> Do:
    """Ask the owners whether somebody may join."""
    ask = Ask("join_request", "join_request", address, known.owners, TokenDetail(name=name), {"text": name})
    return Do(ask, REQUESTED, {"address": address})


def leaving_request(known: KnownList, address: str) -> Do:
    """Ask the owners whether somebody may leave."""
    return Do(Ask("leave_request", "leave_request", address, known.owners), REQUESTED, {"address": address})


def _decided(token: Token, verdict: Verdict, reason: str) -> Do | Say:
    address, values = token.address, {"address": token.address}
    if token.kind == "held":
        return decision(token.detail.held, verdict, reason)
    if verdict == "discard":
        return Say("discarded")
    if verdict == "reject":
        return Do(Tell("request_refused", (address,), {"member": address, "reason": reason}), REJECTED, values)
    if token.kind == "join_request":
        return Do(Join(address, token.detail.name), ADDED, values)
    return Do(Leave(address), REMOVED, values)


def decision(held: str, verdict: Verdict, reason: str) -> Do:
    """Decide on a post that waits."""
    said = {"approve": APPROVED, "reject": REJECTED, "discard": DISCARDED}[verdict]
    return Do(Decide(held, verdict, reason), said)
