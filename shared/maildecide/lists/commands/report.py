"""What is answered to a message with commands: each line, and what was done. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.directory.mailing_list import MailingList
from mailcore.list_deeds import Tell
from maildecide.lists.commands.judgement import Say
from maildecide.lists.commands.phrases import PHRASES, Phrase
from maildecide.lists.commands.script import Ended, Line, Script

_RESULTS = "text"
"""The placeholder of the template `answer` that stands for all of this."""
_ENDED: dict[Ended, Phrase] = {"unknown": "ended_unknown", "many": "ended_many"}


@dataclass(frozen=True, slots=True)
class Reported:
    """One line, and what is said of it."""

    line: Line
    said: tuple[Say, ...]


def answers(
    mailing_list: MailingList, to: str, script: Script, reported: Sequence[Reported], message_id: str
) -> tuple[Tell, ...]:
    """Give what is sent to whoever sent the commands; `message_id`: the Message-ID of those.

    Who asks for help, or writes nothing that could be a command, gets help.
    """
    told: list[Tell] = []
    verbs = [command.verb for command in script.commands]
    if set(verbs) - {"help"} or len(script.lines) > len(verbs):
        text = _text(mailing_list, script, reported)
        told.append(Tell("answer", (to,), {_RESULTS: text}, message_id))
    if "help" in verbs or not script.lines:
        told.append(Tell("help", (to,), {}, message_id))
    return tuple(told)


def _text(mailing_list: MailingList, script: Script, reported: Sequence[Reported]) -> str:
    parts = ["\n".join((f"> {one.line.shown}", *(_said(mailing_list, say) for say in one.said))) for one in reported]
    if script.ended:
        parts.append(_said(mailing_list, Say(_ENDED[script.ended])))
    return "\n\n".join(parts)


def _said(mailing_list: MailingList, say: Say) -> str:
    values = {"list": mailing_list.title, "owner": mailing_list.address_of("owner"), **say.values}
    return PHRASES[mailing_list.language][say.phrase].format_map(values)
