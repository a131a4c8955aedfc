"""Nobody takes a message for a recipient after all, since the 250 was said: its sender is told.

Told by a job that asks nobody and fails at once, so that all that holds for reports holds for this one too. Of a
message whose client vanished inside it nobody is told (row 5): it is kept for an operator, who may replay it.
"""

import msgspec

from mailcore import events
from mailcore.address import parse_address
from mailcore.bus.topology import INCOMING
from mailcore.db.dead_letters import DeadLetter
from mailcore.ids import derived_id
from mailcore.mail.incoming import Incoming, encode
from maildecide.message.actions import Undeliverable
from maildecide.message.mail import Mail
from maildecide.message.sender_known import is_sender_known
from processor.effects.outcome import Outcome
from processor.outbound.queueing import remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def carry_out(
    incoming: Incoming, effect: Undeliverable, mail: Mail, place: int, *, settings_revision: int, now: float
) -> Outcome:
    """Give the job that reports it; `place` is that of the recipient in the envelope."""
    if mail.marks.incomplete:
        letter = _letter(incoming, effect, place, now)
        return Outcome(events.DEAD, events.DEAD_LETTER, {"reason": effect.reason}, letters=(letter,))
    recipient = mail.envelope.recipients[place]
    failed = RemoteMail(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        sender=mail.envelope.sender,
        recipients=(RemoteRecipient(effect.recipient, recipient.notify, recipient.original),),
        header=mail.trace_fields + mail.header,
        content=mail.content,
        body_start=mail.body_start,
        body=mail.envelope.body,
        smtputf8=mail.envelope.smtputf8,
        ret=mail.envelope.ret,
        envid=mail.envelope.envid,
        is_verified=is_sender_known(incoming.client, incoming.marks),
        refusal=effect.reason,
        refusal_status=effect.status,
    )
    job = remote_job(failed, parse_address(effect.recipient).domain, now)
    return Outcome(events.FAILED, events.QUEUED, {"reason": effect.reason, "job": job.id}, jobs=(job,))


def _letter(incoming: Incoming, effect: Undeliverable, place: int, now: float) -> DeadLetter:
    envelope = msgspec.structs.replace(incoming.envelope, recipients=(incoming.envelope.recipients[place],))
    return DeadLetter(
        id=str(derived_id(incoming.id, effect.name, effect.recipient)),
        queue=INCOMING,
        message_id=str(incoming.id),
        body=encode(msgspec.structs.replace(incoming, envelope=envelope, begun=True)),
        attempt=1,
        reason=f"{effect.recipient}: {effect.reason}",
        at=now,
    )
