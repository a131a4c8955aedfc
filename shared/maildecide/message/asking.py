"""What senders ask to hear of what becomes of their mail here, and what of that holds for one of its copies (RFC 3461).

A copy's mail carries what holds for it in its envelope, at the place of the recipient that it came of.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

import msgspec

from mailcore.dsn.wanted import is_wanted
from maildecide.message.actions import Confirm
from maildecide.message.mail import Mail


def asked(mail: Mail, place: int) -> frozenset[str]:
    """Give NOTIFY for the recipient at that place; empty when it was not given."""
    return mail.envelope.recipients[place].notify


def with_notify(mail: Mail, place: int, notify: AbstractSet[str]) -> Mail:
    """Give the mail with another NOTIFY for the recipient at that place."""
    if asked(mail, place) == notify:
        return mail
    recipients = list(mail.envelope.recipients)
    recipients[place] = msgspec.structs.replace(recipients[place], notify=frozenset(notify))
    return msgspec.structs.replace(mail, envelope=msgspec.structs.replace(mail.envelope, recipients=tuple(recipients)))


def confirmed(mail: Mail, place: int, action: Literal["delivered", "expanded"]) -> Iterator[Confirm]:
    """Ask for the report of a success here, where the sender wants it; of marked mail nobody is told (rows 5, 15)."""
    marks, recipient = mail.marks, mail.envelope.recipients[place]
    if marks.incomplete or marks.banned is not None or marks.quarantined:
        return
    if is_wanted(action, recipient.notify, mail.envelope.sender):
        yield Confirm(recipient.address, action, recipient.original or "")


@dataclass(frozen=True, slots=True)
class Asks:
    """An edit: from here on something else is asked for, for the recipient at a place."""

    place: int
    notify: frozenset[str]

    def apply(self, mail: Mail) -> Mail:
        """Give the mail with it."""
        return with_notify(mail, self.place, self.notify)
