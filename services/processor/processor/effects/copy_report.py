"""What reports about a copy for a local mailbox are made of: jobs that ask nobody.

So all that holds for reports about other servers holds for these too.
"""

import msgspec

from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.dsn.wanted import NOTHING
from mailcore.ids import derived_id
from mailcore.mail.content import InlineContent
from processor.local_copy import LocalCopy, ReportWish, Sharer
from processor.outbound.queueing import remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def recipients_of(copy: LocalCopy, wish: ReportWish) -> tuple[RemoteRecipient, ...]:
    """Give the recipients that a copy is for, each once, with what is asked for of each.

    What came to one of them by his own forward too, of which nobody is told, came to him all the same.
    """
    found: dict[tuple[str, str | None], RemoteRecipient] = {}
    for one in (Sharer(copy.recipient, wish.notify, wish.original), *copy.sharers):
        known = found.get((one.recipient, one.original))
        if known is None or known.notify == NOTHING:
            found[one.recipient, one.original] = RemoteRecipient(one.recipient, one.notify, one.original)
    return tuple(found.values())


def about(copy: LocalCopy, wish: ReportWish, recipients: tuple[RemoteRecipient, ...]) -> RemoteMail:
    """Give the copy as what is reported of it to its sender; of its content, the header section alone."""
    return RemoteMail(
        message_id=copy.message_id,
        accepted_at=copy.accepted_at,
        settings_revision=copy.settings_revision,
        sender=copy.sender,
        recipients=recipients,
        header=copy.header,
        content=InlineContent(b""),
        body_start=0,
        body=wish.body,
        smtputf8=wish.smtputf8,
        ret=wish.ret,
        envid=wish.envid,
        is_verified=wish.is_verified,
    )


def report_job(mail: RemoteMail, effect: str, target: str, now: float) -> NewJob:
    """Give the job that reports `mail`; its id is that of the message, `effect` and `target`."""
    job = remote_job(mail, parse_address(mail.recipients[0].address).domain, now)
    return msgspec.structs.replace(job, id=str(derived_id(mail.message_id, effect, target)))
