"""What an autoreply says, as a message of its own (RFC 3834 3)."""

import re
from collections.abc import Mapping
from uuid import UUID

from mailcore.directory.autoreply import Autoreply
from mailcore.mail.date_time import date_alone
from mailcore.mail.header_edits import fields_called
from mailcore.settings import SmtpSettings
from maildecide.message.made_here import new_mail, subject_of
from maildecide.message.mail import Mail

FROM_RECIPIENT = "recipient"
"""The value of row 19 that stands for the account that replies."""
_PLACEHOLDER = re.compile("%(.)")
_MESSAGE_ID = re.compile(rb"<[!-;=?-~]{1,250}>")
_MOST_REFERENCES = 20
"""Message-IDs of a thread that are kept: the first, and the last of the others (RFC 5322 3.6.4)."""


def reply_from(account: str, settings: SmtpSettings) -> str:
    """Give whom a reply comes from (row 19)."""
    return account if settings.autoreply_from == FROM_RECIPIENT else settings.autoreply_from


def reply(mail: Mail, number: UUID, account: str, autoreply: Autoreply, settings: SmtpSettings) -> Mail:
    """Give the reply of `account` to the envelope sender of `mail`, which must be an address."""
    sender = mail.envelope.sender
    template = settings.autoreply_subject if autoreply.subject is None else autoreply.subject
    values = {
        "m": account,
        "s": subject_of(mail),
        "f": sender,
        "d": date_alone(mail.arrival.at),
        "%": "%",
    }
    return new_mail(
        mail,
        number,
        sender,
        sender=reply_from(account, settings),
        subject=filled(template, values),
        text=autoreply.body,
        more=(*_thread(mail), b"Auto-Submitted: auto-replied\r\n", b"X-Auto-Response-Suppress: All\r\n"),
    )


def filled(template: str, values: Mapping[str, str]) -> str:
    """Put values in the place of `%x`; what stands for nothing stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def _thread(mail: Mail) -> tuple[bytes, ...]:
    answered = _message_ids(mail, b"message-id")[:1]
    if not answered:
        return ()
    before = _message_ids(mail, b"references") or _message_ids(mail, b"in-reply-to")[:1]
    thread = list(dict.fromkeys((*before, *answered)))
    if len(thread) > _MOST_REFERENCES:
        thread = [thread[0], *thread[1 - _MOST_REFERENCES :]]
    return (b"In-Reply-To: %b\r\n" % answered[0], b"References: %b\r\n" % b"\r\n ".join(thread))


def _message_ids(mail: Mail, name: bytes) -> list[bytes]:
    return [found for raw in fields_called(mail.header, name)[:1] for found in _MESSAGE_ID.findall(raw)]
