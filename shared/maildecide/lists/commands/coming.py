"""`subscribe` and `unsubscribe`: people come and go as the list says."""

from mailcore.directory.list_member import is_of_list
from mailcore.list_deeds import Ask, Join, Leave, TokenDetail
from maildecide.lists.commands.answering import joining_request, leaving_request
from maildecide.lists.commands.facts import CommandFacts
from maildecide.lists.commands.judgement import Do, Judgement, do, say
from maildecide.lists.commands.outcomes import ASKED, JOINED, LEFT
from maildecide.lists.commands.vocabulary import Command

_MOST_NAME = 200
"""Characters of a member's name."""


def subscribe(facts: CommandFacts, command: Command) -> Judgement:
    """Judge by `subscription`. What stands behind it is a name; else the member is called as `From:` says."""
    address, name = facts.address, _own_name(facts, command)
    if facts.member is not None:
        # Who wants to be one, and was suspended or has stopped mail, wants posts.
        return say("already_member" if facts.member.delivery != "off" else "already_stopped", address=address)
    if is_of_list(facts.list, address):
        return say("unfit", address=address)
    match facts.list.subscription:
        case "open":
            return do(Join(address, name), JOINED, address=address)
        case "approve" if facts.commander.is_verified:
            return Judgement((joining_request(facts.known, address, name),))
        case "confirm" | "confirm_and_approve" | "approve":
            # Owners are not asked about whomever somebody may have put into `From:`.
            ask = Ask("subscribe", "confirm_subscribe", address, (address,), TokenDetail(name=name))
            return do(ask, ASKED, address=address)
        case "closed":
            return say("joining_closed")


def _own_name(facts: CommandFacts, command: Command) -> str:
    said, own = name_of(command.arguments), (facts.list.name.lower(), facts.list.display_name.lower())
    # Other list managers want to be told the list there.
    return said if said and said.lower() not in own else name_of(tuple(facts.commander.name.split()))


def ask_stranger(address: str, name: str) -> Do:
    """Have somebody confirm who has asked on a page that anybody may see, and of whom nothing is known.

    What follows is the same for members and for others, also where `subscription` is `open`: nobody finds out who is
    one, or makes one of somebody else.
    """
    words = name_of(tuple(name.split()))
    ask = Ask("subscribe", "confirm_subscribe", address, (address,), TokenDetail(name=words))
    return Do(ask, ASKED, {"address": address})


def unsubscribe(facts: CommandFacts, command: Command) -> Judgement:
    """Judge by `unsubscription`; what stands behind it, such as the list's name, does not matter."""
    del command
    address = facts.address
    if facts.member is None:
        return say("not_member", address=address)
    match facts.list.unsubscription:
        case "open":
            return do(Leave(address), LEFT, address=address)
        case "confirm":
            return do(Ask("unsubscribe", "confirm_unsubscribe", address, (address,)), ASKED, address=address)
        case "approve":
            return Judgement((leaving_request(facts.known, address),))
        case "closed":
            return say("leaving_closed")


def name_of(words: tuple[str, ...]) -> str:
    """Give a name of some words, as members have them; empty where one of them is an address: no name was meant."""
    if any("@" in word for word in words):
        return ""
    # What is not to be seen, such as what joins emoji, no member's name has.
    shown = "".join(character if character.isprintable() else " " for character in " ".join(words))
    return " ".join(shown.split())[:_MOST_NAME].rstrip()
