"""Who gives the commands of a message, and whether there is anybody to be answered (RFC 3834 2). Pure."""

import re

from mailcore.address import local_key, parse_address
from mailcore.mail.header_edits import fields_called
from maildecide.lists.author_name import author_name
from maildecide.lists.authors import authors_of, is_known_author
from maildecide.lists.commands.facts import Commander
from maildecide.message.mail import Mail
from maildecide.message.replying.automatic import automatic, is_nobody

_MESSAGE_ID = re.compile(rb"<[!-;=?-~]{1,250}>")


def objection(mail: Mail) -> str | None:
    """Give why nothing in the message is done, and nobody is answered; None where somebody asks for something."""
    marks = mail.marks
    if marks.incomplete or marks.banned is not None or marks.sender_domain_missing or marks.quarantined:
        return "the message is marked"
    if (program := automatic(mail)) is not None:
        return f"the message has the field {program}"
    authors = authors_of(mail)
    if len(authors) != 1:
        return "From names no one author"
    if is_nobody(local_key(parse_address(authors[0]).local_part)):
        return "nobody reads what is sent to the author"
    return None


def commander_of(mail: Mail) -> Commander:
    """Give the author of a message that nothing stands against."""
    authors = authors_of(mail)
    name = author_name(fields_called(mail.header, b"from")[0])
    is_more = local_key(name) != local_key(parse_address(authors[0]).local_part)
    return Commander(authors[0], is_verified=is_known_author(mail, authors), name=name if is_more else "")


def message_id_of(mail: Mail) -> str:
    """Give the Message-ID, in angle brackets; empty where there is none."""
    for raw in fields_called(mail.header, b"message-id"):
        if (found := _MESSAGE_ID.search(raw)) is not None:
            return found[0].decode("ascii")
    return ""
