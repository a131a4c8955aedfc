"""`on`, `off`, `digest`: how a member gets posts. Owners may say it of others."""

from mailcore.directory.list_member import Delivery, DigestFormat
from mailcore.list_deeds import SetDelivery
from maildecide.lists.commands.facts import CommandFacts
from maildecide.lists.commands.judgement import Judgement, do, say
from maildecide.lists.commands.named_address import address_in
from maildecide.lists.commands.outcomes import Outcomes
from maildecide.lists.commands.owning import refused
from maildecide.lists.commands.phrases import Phrase
from maildecide.lists.commands.usage import form_of
from maildecide.lists.commands.vocabulary import Command

_FORMATS: dict[str, DigestFormat] = {"mime": "mime", "plain": "plain"}
_SAID: dict[Delivery, Phrase] = {"on": "delivery_on", "off": "delivery_off", "digest": "delivery_digest"}


def on(facts: CommandFacts, command: Command) -> Judgement:
    """Have each post sent."""
    return _set(facts, command, "on")


def off(facts: CommandFacts, command: Command) -> Judgement:
    """Have none sent."""
    return _set(facts, command, "off")


def digest(facts: CommandFacts, command: Command) -> Judgement:
    """Have several sent in one message, in a certain form where it is named."""
    return _set(facts, command, "digest")


def _set(facts: CommandFacts, command: Command, delivery: Delivery) -> Judgement:
    chosen: DigestFormat | None = None
    address = facts.address
    for word in command.arguments:
        if delivery == "digest" and word.lower() in _FORMATS:
            chosen = _FORMATS[word.lower()]
        elif (found := address_in(word)) is not None:
            address = found
        else:
            return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    if address != facts.address and not facts.is_owner:
        return refused(facts)
    said: Outcomes = {"done": _SAID[delivery], "already": "not_member"}
    return do(SetDelivery(address, delivery, chosen), said, address=address)
