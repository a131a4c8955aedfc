"""Judges one command. THE LIST of commands: who reads it knows what each does."""

from collections.abc import Callable, Mapping

from maildecide.lists.commands import coming, delivery, moving, owning, past_posts, verdicts
from maildecide.lists.commands.facts import Commander, CommandFacts
from maildecide.lists.commands.judgement import Judgement, say
from maildecide.lists.commands.vocabulary import Command, Verb

Judge = Callable[[CommandFacts, Command], Judgement]


def _help(facts: CommandFacts, command: Command) -> Judgement:
    """Say that it comes; `report` has it sent."""
    del facts, command
    return say("help_sent")


def _end(facts: CommandFacts, command: Command) -> Judgement:
    """Say nothing: what follows was not read."""
    del facts, command
    return Judgement(())


JUDGES: Mapping[Verb, Judge] = {
    "help": _help,
    "subscribe": coming.subscribe,
    "unsubscribe": coming.unsubscribe,
    "confirm": verdicts.confirm,
    "on": delivery.on,
    "off": delivery.off,
    "digest": delivery.digest,
    "chaddr": moving.chaddr,
    "summary": past_posts.summary,
    "get": past_posts.get,
    "password": owning.password,
    "members": owning.members,
    "add": owning.add,
    "remove": owning.remove,
    "invite": owning.invite,
    "approve": verdicts.approve,
    "reject": verdicts.reject,
    "discard": verdicts.discard,
    "end": _end,
}


_SHOWN_BY_CODES: frozenset[Verb] = frozenset({"confirm", "approve", "reject", "discard", "password"})
"""Commands that say themselves who gives them."""


def may_go_untold(commander: Commander, command: Command) -> bool:
    """Whether a command may be done whose answer nobody will get, since the address has had all for today.

    Not what anybody may have written in the name of somebody who would never hear of it.
    """
    return commander.is_verified or commander.has_password or command.verb in _SHOWN_BY_CODES


def judge(facts: CommandFacts, command: Command) -> Judgement:
    """Judge a command by what is known."""
    return JUDGES[command.verb](facts, command)
