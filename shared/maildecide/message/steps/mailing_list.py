"""Decide what a mailing list does with a message: it is a post, a command, or something that came back.

What the list takes is delivered then: whoever asked for that is told (RFC 3461 5.2.7.1), and of copies nobody.

Ends here for all of a list's addresses; `-owner` leads to people and never comes here. What is decided is carried out
later: a post has no number yet, and a simulation gives it none.
"""

from collections.abc import Iterator

from mailcore import events
from mailcore.directory.known_list import KnownList
from mailcore.directory.targets import ListTarget
from maildecide.lists.authors import is_known_author
from maildecide.lists.automatic import automatic
from maildecide.lists.commands.first_line import is_command
from maildecide.lists.notices.reasons import said_in
from maildecide.lists.posting.facts import Objection, PostFacts
from maildecide.lists.posting.rules import objection
from maildecide.message.actions import (
    Action,
    Distribute,
    Done,
    HoldPost,
    ListCommand,
    ListReturn,
    Note,
    Undeliverable,
)
from maildecide.message.asking import confirmed
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Ask for what is to be done, and end here."""
    if not isinstance(context.target, ListTarget):
        return
    known, returned = context.target.known, context.target.returned
    if known.role == "bounces" or not mail.envelope.sender:
        # The null sender at any of its addresses is a report, and never goes to members.
        member, number = (0, 0) if returned is None else (returned.member, returned.number)
        yield ListReturn(known.list.id, known.address, member, number)
        yield from confirmed(mail, context.place, "delivered")
        yield Done("it came back to the list")
    elif known.role != "post" or _is_command(mail, context, known):
        yield from _command(mail, context, known)
    else:
        yield from _post(mail, context, known)


def _is_command(mail: Mail, context: Context, known: KnownList) -> bool:
    return known.list.takes_both and is_command(mail.header, context.knows_of(known.list.id).beginning)


def _command(mail: Mail, context: Context, known: KnownList) -> Iterator[Action]:
    if (field := automatic(mail)) is not None:
        yield _note(events.LIST_DROPPED, known, f"a program has sent it, says {field}")
    else:
        yield ListCommand(known.list.id, known.address, marked=known.role == "post")
        yield from confirmed(mail, context.place, "delivered")
    yield Done("it was for the list itself")


def _post(mail: Mail, context: Context, known: KnownList) -> Iterator[Action]:
    knowledge = context.knows_of(known.list.id)
    facts = PostFacts(mail, known, knowledge.posters, knowledge.types, is_known_author(mail, knowledge.posters_are))
    found = objection(facts)
    if found is None:
        yield Distribute(known.list.id, known.address, facts.poster)
        yield from confirmed(mail, context.place, "delivered")
        yield Done("it goes to the members of the list")
        return
    setting = _deciding(known, found)
    if found.kind == "hold" or (found.kind == "refuse" and known.list.refusal == "hold"):
        yield HoldPost(known.list.id, known.address, facts.poster, found.reason, known.moderators, setting)
        yield from confirmed(mail, context.place, "delivered")
    elif found.kind == "drop" or known.list.refusal == "silent":
        yield _note(events.LIST_DROPPED, known, found.reason, setting)
    else:
        yield from _refused(context, known, found)
    yield Done(found.reason)


def _refused(context: Context, known: KnownList, found: Objection) -> Iterator[Action]:
    yield _note(events.LIST_REFUSED, known, found.reason, _deciding(known, found))
    # To a person, in the language of the list; the note, of which replies are made, stays in English.
    yield Undeliverable(str(context.recipient), said_in(known.list.language, found.reason), found.status)


def _deciding(known: KnownList, found: Objection) -> str:
    """Give what is set that has the post held, refused or dropped: what `refusal` says of refused ones too."""
    if found.kind == "refuse" and known.list.refusal != "dsn":
        return f"{found.setting}, refusal={known.list.refusal}".removeprefix(", ")
    return found.setting


def _note(event: str, known: KnownList, reason: str, setting: str = "") -> Note:
    told = (("list", known.address), ("reason", reason))
    return Note(event, (*told, ("setting", setting)) if setting else told)
