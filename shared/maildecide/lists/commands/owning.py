"""What owners do to others: `password`, `members`, `add`, `remove`, `invite`.

An owner is known by the list's password in a line above, or by his address where his mail is known to be his.
"""

from collections.abc import Callable

from mailcore.directory.list_member import ListMember
from mailcore.list_deeds import Ask, Join, Leave, TokenDetail
from maildecide.lists.commands.facts import CommandFacts, Password
from maildecide.lists.commands.judgement import Do, Judgement, Say, say
from maildecide.lists.commands.named_address import address_in
from maildecide.lists.commands.outcomes import ADDED, REMOVED
from maildecide.lists.commands.phrases import Phrase
from maildecide.lists.commands.usage import form_of
from maildecide.lists.commands.vocabulary import Command

_WORTH: dict[Password, Phrase] = {
    "right": "password_right",
    "wrong": "password_wrong",
    "limited": "password_limited",
}


def password(facts: CommandFacts, command: Command) -> Judgement:
    """Let the commands below be an owner's."""
    del command
    return Judgement((Say(_WORTH[facts.password]),), grants=facts.password == "right")  # noqa: S105 - no password


def members(facts: CommandFacts, command: Command) -> Judgement:
    """Show them, or those with a text in their address."""
    if not facts.is_owner:
        return refused(facts)
    if not facts.members:
        return say("no_members")
    shown = Say("members", {"members": "\n".join(map(_shown, facts.members))})
    if not facts.has_more:
        return Judgement((shown,))
    return Judgement((shown, Say("more_members", {"usage": form_of(command.verb, facts.list.language)})))


def add(facts: CommandFacts, command: Command) -> Judgement:
    """Make people members."""
    return _for_each(facts, command, lambda address: Do(Join(address), ADDED, {"address": address}))


def remove(facts: CommandFacts, command: Command) -> Judgement:
    """Make people members no more."""
    return _for_each(facts, command, lambda address: Do(Leave(address), REMOVED, {"address": address}))


def invite(facts: CommandFacts, command: Command) -> Judgement:
    """Ask people whether they want to become members."""
    return _for_each(facts, command, invitation)


def invitation(address: str, name: str = "", text: str = "") -> Do:
    """Invite somebody; `text`: what is said to them beside the usual."""
    asked = Ask("invitation", "invitation", address, (address,), TokenDetail(name=name), {"text": text})
    return Do(asked, {"done": "invited", "limited": "limited", "already": "member_there"}, {"address": address})


def _for_each(facts: CommandFacts, command: Command, act: Callable[[str], Do]) -> Judgement:
    if not facts.is_owner:
        return refused(facts)
    if not command.arguments:
        return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    found = {word: address_in(word) for word in command.arguments}
    return Judgement(
        tuple(
            Say("bad_address", {"address": word}) if address is None else act(address)
            for word, address in found.items()
        )
    )


def refused(facts: CommandFacts) -> Judgement:
    """Say why somebody may not."""
    if facts.could_be_moderator and not facts.commander.is_verified:
        return say("unverified", address=facts.address)
    return say("owners_only")


def _shown(member: ListMember) -> str:
    states = (member.role if member.role != "member" else "", member.delivery if member.delivery != "on" else "")
    return " ".join(("  " + member.address, *(f"[{state}]" for state in states if state), member.name)).rstrip()
