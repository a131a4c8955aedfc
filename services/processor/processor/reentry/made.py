"""Messages that this system made for addresses of its own: handed in like accepted ones, and processed like them.

What brings one is a job of the kind `self`, since only a job can be made in the transaction that also remembers why the
message was made. It goes on the bus under its own id, which a repeat has too.
"""

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db.jobs import NewJob
from mailcore.ids import derived_id
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Client, Incoming, Marks, encode
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.mail import Mail
from processor import report
from processor.outbound.queueing import own_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def made_job(mail: Mail, recipient: str, settings_revision: int, now: float) -> NewJob:
    """Give the job that hands in `mail`, a new message of the null sender, for `recipient`."""
    made = RemoteMail(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        sender="",
        # Nobody is told of what becomes of it.
        recipients=(RemoteRecipient(recipient, frozenset({"NEVER"})),),
        header=mail.header,
        content=mail.content,
        body_start=mail.body_start,
        smtputf8=mail.envelope.smtputf8,
        is_verified=True,
    )
    return own_job(made, derived_id(mail.arrival.id, "made", recipient), now)


async def hand_in(bus: Bus, mail: RemoteMail, hostname: str, now: float) -> Trace:
    """Put `mail` into the incoming queue; give what the trace is to say of it. Raises BusAway."""
    await bus.publish(INCOMING, encode(_incoming(mail, hostname)), id=str(mail.message_id))
    told = [
        TraceEvent(now, "delivery", events.HANDED_IN, decided_by="made", recipient=one.address)
        for one in mail.recipients
    ]
    return Trace(
        message_id=mail.message_id,
        service=report.SERVICE,
        at=now,
        outcome=events.QUEUED,
        settings_revision=mail.settings_revision,
        sender=mail.sender,
        recipients=tuple(TraceRecipient(one.address, events.QUEUED) for one in mail.recipients),
        events=tuple(told),
    )


def _incoming(mail: RemoteMail, hostname: str) -> Incoming:
    return Incoming(
        id=mail.message_id,
        accepted_at=mail.accepted_at,
        envelope=Envelope(
            mail.sender,
            tuple(Recipient(one.address, one.notify, one.original) for one in mail.recipients),
            body=mail.body,
            smtputf8=mail.smtputf8,
        ),
        client=Client("127.0.0.1", 0, hostname, "ESMTP", "smtp"),
        settings_revision=mail.settings_revision,
        trace_fields=b"",
        header_size=mail.body_start,
        content=mail.content,
        marks=Marks(external_sender=True),
        server=hostname,
        begun=True,
    )
