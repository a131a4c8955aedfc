"""Mail for other servers: jobs, one for all recipients of a destination that get the same octets."""

from collections import defaultdict
from collections.abc import Sequence

from mailcore import events
from mailcore.authentication.arc_sealing import ArcBasis
from mailcore.mail.incoming import Incoming
from maildecide.message.actions import SendRemote
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan
from maildecide.message.sender_known import is_sender_known
from maildecide.message.sharing import shared_mailbox
from maildecide.message.signers import author_signers
from processor.effects.outcome import NO_PARTINGS, Outcome, Partings, SenderToken
from processor.outbound.queueing import MOST_RECIPIENTS, remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.seal_basis import seal_basis


def carry_out(
    incoming: Incoming, plans: Sequence[Plan], settings_revision: int, now: float, partings: Partings = NO_PARTINGS
) -> dict[SendRemote, Outcome]:
    """Give what becomes of each remote effect in `plans`; the first of those that share a job brings it."""
    alike: dict[tuple[str, str, bytes], list[tuple[SendRemote, Mail]]] = defaultdict(list)
    for plan in plans:
        for planned in plan.effects:
            if isinstance(planned.effect, SendRemote):
                octets = planned.mail.trace_fields + planned.mail.header
                sender = planned.mail.envelope.sender
                alike[planned.effect.destination, sender, octets].append((planned.effect, planned.mail))
    is_verified = is_sender_known(incoming.client, incoming.marks)
    # Not whoever SPF vouches for: his mail is signed where it comes from, or not at all.
    is_ours = incoming.client.account is not None or incoming.marks.relay_permitted
    envelope = incoming.envelope
    recipients = (one.address for one in envelope.recipients)
    arc = seal_basis(incoming.marks, incoming.server, envelope.sender, recipients)
    outcomes: dict[SendRemote, Outcome] = {}
    for (destination, _, header), sends in alike.items():
        for start in range(0, len(sends), MOST_RECIPIENTS):
            some = sends[start : start + MOST_RECIPIENTS]
            mail = remote_mail(
                some,
                header,
                settings_revision,
                is_verified=is_verified,
                signers=author_signers(some[0][1].header) if is_ours or some[0][0].made else (),
                arc=None if some[0][0].made else arc,
                partings=partings,
            )
            job = remote_job(mail, destination, now)
            for place, (effect, _) in enumerate(some):
                jobs = () if place else (job,)
                token = _token(effect, incoming)
                outcomes[effect] = Outcome(events.QUEUED, events.QUEUED, {"job": job.id}, jobs=jobs, token=token)
    return outcomes


def _token(effect: SendRemote, incoming: Incoming) -> SenderToken | None:
    return SenderToken(effect.token, incoming.envelope.sender, incoming.accepted_at) if effect.token else None


def remote_mail(
    sends: Sequence[tuple[SendRemote, Mail]],
    header: bytes,
    settings_revision: int,
    *,
    is_verified: bool,
    signers: tuple[str, ...] = (),
    arc: tuple[ArcBasis, tuple[str, ...]] | None = None,
    partings: Partings = NO_PARTINGS,
) -> RemoteMail:
    """Give the message for recipients of one destination who all get the same: `header`, and what is below it.

    `is_verified`: whether the sender is known to be who he says; `signers`: domains of which the first that has keys
    signs it.
    """
    mail = sends[0][1]
    return RemoteMail(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        sender=mail.envelope.sender,
        recipients=tuple(
            RemoteRecipient(
                effect.recipient,
                frozenset(effect.notify.split(",")) - {""},
                effect.original or None,
                effect.named,
                partings.get(shared_mailbox(effect) or "", ()),
            )
            for effect, _ in sends
        ),
        header=header,
        content=mail.content,
        body_start=mail.body_start,
        body=mail.envelope.body,
        smtputf8=mail.envelope.smtputf8,
        ret=mail.envelope.ret,
        envid=mail.envelope.envid,
        is_verified=is_verified,
        signers=signers,
        arc=None if arc is None else arc[0],
        sealers=() if arc is None else arc[1],
    )
