"""Mail for our own SMTP port: a job for each address, which brings the same transaction however often it is done."""

import msgspec

from mailcore import events
from mailcore.ids import derived_id
from mailcore.mail.incoming import StandardFields
from mailcore.reentry import Reentry
from maildecide.message.actions import Reenter
from maildecide.message.mail import Mail
from maildecide.message.sender_known import is_sender_known
from maildecide.message.sharing import shared_mailbox
from processor.effects.outcome import NO_PARTINGS, Outcome, Partings
from processor.outbound.queueing import own_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def carry_out(
    effect: Reenter, mail: Mail, settings_revision: int, now: float, partings: Partings = NO_PARTINGS
) -> Outcome:
    """Give the job."""
    arrival = mail.arrival
    reentry = Reentry(
        id=derived_id(arrival.id, effect.name, effect.recipient),
        root=arrival.root or arrival.id,
        parent=arrival.id,
        client=arrival.client,
        marks=msgspec.structs.replace(mail.marks, via_mta=True, strip_marks=(), fields=StandardFields()),
        added=max(len(mail.trace_fields) + len(mail.header) - mail.body_start, 0),
    )
    sent = RemoteMail(
        message_id=arrival.id,
        accepted_at=arrival.at,
        settings_revision=settings_revision,
        sender=mail.envelope.sender,
        recipients=(
            RemoteRecipient(
                effect.recipient,
                frozenset(effect.notify.split(",")) - {""},
                effect.original or None,
                effect.named,
                partings.get(shared_mailbox(effect) or "", ()),
            ),
        ),
        header=mail.trace_fields + mail.header,
        content=mail.content,
        body_start=mail.body_start,
        body=mail.envelope.body,
        smtputf8=mail.envelope.smtputf8,
        ret=mail.envelope.ret,
        envid=mail.envelope.envid,
        is_verified=is_sender_known(arrival.client, mail.marks),
        reentry=reentry,
    )
    job = own_job(sent, reentry.id, now)
    return Outcome(events.QUEUED, events.QUEUED, {"job": job.id, "came_to_be": str(reentry.id)}, jobs=(job,))
