"""An autoreply: jobs that bring it to the sender, made only when the sender may have one.

That is decided in the transaction that makes them (`mailcore.db.autoreplies_sent`), so until then they are an offer.
"""

from collections.abc import Iterator

from mailcore import events
from mailcore.db.jobs import NewJob
from maildecide.message.actions import Reply, Resubmit
from maildecide.message.mail import Mail
from maildecide.message.signers import author_signers
from processor.effects.outcome import Offer, Outcome
from processor.effects.send_remote import remote_mail
from processor.outbound.queueing import remote_job
from processor.reentry.made import made_job

WITHHELD = Outcome(events.DISCARDED, events.REPLY_WITHHELD, {"reason": "the sender had one lately"})
"""What becomes of a reply that is not offered for the first time."""


def carry_out(effect: Reply, mail: Mail, settings_revision: int, now: float) -> Outcome:
    """Give the offer of a reply."""
    offer = Offer(
        effect.account,
        effect.sender,
        mail.arrival.at,
        effect.interval,
        tuple(_jobs(effect, mail, settings_revision, now)),
    )
    # What is said of the recipient is what became of the message, not of the reply.
    return Outcome(events.DISCARDED, events.REPLIED, {"to": effect.sender}, offer=offer)


def _jobs(effect: Reply, mail: Mail, settings_revision: int, now: float) -> Iterator[NewJob]:
    for delivery in effect.deliveries:
        if isinstance(delivery, Resubmit):
            yield made_job(mail, delivery.recipient, settings_revision, now)
        else:
            header = mail.trace_fields + mail.header
            sent = remote_mail(
                [(delivery, mail)], header, settings_revision, is_verified=True, signers=author_signers(mail.header)
            )
            yield remote_job(sent, delivery.destination, now)
