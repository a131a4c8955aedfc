"""`confirm`, `approve`, `reject`, `discard`: answers to what the list has asked, each by the number it was sent with.

A post that waits may be named by its own number as well, by who may decide on it.
"""

from uuid import UUID

from mailcore.list_deeds import Verdict
from maildecide.lists.commands.answering import answered, decision
from maildecide.lists.commands.facts import CommandFacts
from maildecide.lists.commands.judgement import Judgement, say
from maildecide.lists.commands.owning import refused
from maildecide.lists.commands.usage import form_of
from maildecide.lists.commands.vocabulary import Command

_MOST_REASON = 500


def confirm(facts: CommandFacts, command: Command) -> Judgement:
    """Say yes, to whatever it was."""
    return _judge(facts, command, "approve")


def approve(facts: CommandFacts, command: Command) -> Judgement:
    """Say yes."""
    return _judge(facts, command, "approve")


def reject(facts: CommandFacts, command: Command) -> Judgement:
    """Say no, and why: whom it is about is told."""
    return _judge(facts, command, "reject")


def discard(facts: CommandFacts, command: Command) -> Judgement:
    """Say no, and tell nobody."""
    return _judge(facts, command, "discard")


def _judge(facts: CommandFacts, command: Command, verdict: Verdict) -> Judgement:
    if not command.arguments:
        return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    reason = " ".join(command.arguments[1:])[:_MOST_REASON]
    held = _held(command.arguments[0])
    if held is None or command.verb == "confirm":
        return answered(facts.known, facts.token, verdict, reason, facts.now)
    if not facts.is_moderator:
        return refused(facts)
    return Judgement((decision(held, verdict, reason),))


def _held(word: str) -> str | None:
    try:
        return str(UUID(word))
    except ValueError:
        return None
