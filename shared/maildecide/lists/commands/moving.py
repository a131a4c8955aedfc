"""`chaddr`: a member has another address. Each of the two has to say so, unless it is known to.

`chaddr NEW` comes from the old one, `chaddr OLD NEW` from either. Who asks for somebody else's is told the same
whether that is a member or not.
"""

from mailcore.directory.list_member import member_key
from mailcore.list_deeds import Ask, ChangeAddress, TokenDetail
from maildecide.lists.commands.facts import CommandFacts
from maildecide.lists.commands.judgement import Judgement, do, say
from maildecide.lists.commands.named_address import address_in
from maildecide.lists.commands.outcomes import ASKED, Outcomes
from maildecide.lists.commands.owning import refused
from maildecide.lists.commands.usage import form_of
from maildecide.lists.commands.vocabulary import Command

_MOST = 2


def chaddr(facts: CommandFacts, command: Command) -> Judgement:
    """Ask the old address, or the new one where the old one has asked for it and is known to."""
    words = command.arguments
    if not 1 <= len(words) <= _MOST:
        return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    found = [address_in(word) for word in words]
    if found[-1] is None or found[0] is None:
        return say("bad_address", address=words[0] if found[0] is None else words[-1])
    old, new = (facts.address, found[0]) if len(found) == 1 else (found[0], found[-1])
    return _judge(facts, old, new)


def _judge(facts: CommandFacts, old: str, new: str) -> Judgement:
    own, before, after = (member_key(one) for one in (facts.address, old, new))
    if before == after:
        return say("same_address")
    if facts.is_owner:
        said: Outcomes = {"done": "member_moved", "already": "member_missing", "unfit": "unfit"}
        return do(ChangeAddress(old, new), said, address=old, new=new)
    if own == after:
        # What is said is the same for a member and for anybody else.
        to = () if facts.other is None else (old,)
        return do(_asking_old(old, new, to), {"done": "asked_at_address"}, address=old)
    return refused(facts) if own != before else _asked_from_old(facts, old, new)


def _asked_from_old(facts: CommandFacts, old: str, new: str) -> Judgement:
    if facts.member is None:
        return say("not_member", address=old)
    if not facts.commander.is_verified:
        return do(_asking_old(old, new, (old,)), ASKED, address=old)
    ask = Ask("new_address", "confirm_address", old, (new,), TokenDetail(new=new), {"new": new})
    return do(ask, ASKED, address=new)


def _asking_old(old: str, new: str, to: tuple[str, ...]) -> Ask:
    return Ask("old_address", "confirm_address", old, to, TokenDetail(new=new), {"new": new})
