"""A message for another server, or for this one, as a job."""

from uuid import UUID

from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.db.outbound_jobs import KIND
from mailcore.ids import derived_id
from processor.outbound.remote_mail import RemoteMail, encode

OWN = "self"
"""The kind of jobs whose mail comes back to this system."""
MOST_RECIPIENTS = 100
"""Recipients of one job: as many as every server takes in one transaction (RFC 5321 4.5.3.1.8)."""


def remote_job(mail: RemoteMail, destination: str, now: float) -> NewJob:
    """Give the job; its id is that of message, destination and first recipient, so that a repeat makes the same.

    By whom he was reached counts too: what a member of a list forwards to him is not his own copy of the post.
    """
    first = mail.recipients[0]
    reached = f"{first.address}\0{first.named}" if first.named else first.address
    return NewJob(
        id=str(derived_id(mail.message_id, KIND, f"{destination}\0{reached}")),
        kind=KIND,
        destination=destination,
        message_id=str(mail.message_id),
        payload=encode(mail),
        not_before=now,
        content=mail.content_key,
        sender=mail.sender,
        recipients=tuple(recipient.address for recipient in mail.recipients),
    )


def own_job(mail: RemoteMail, number: UUID, now: float) -> NewJob:
    """Give the job that brings a message for one recipient back to this system; `number` is derived from both."""
    (recipient,) = mail.recipients
    return NewJob(
        id=str(derived_id(number, OWN, "")),
        kind=OWN,
        destination=parse_address(recipient.address).domain,
        message_id=str(mail.message_id),
        payload=encode(mail),
        not_before=now,
        content=mail.content_key,
        sender=mail.sender,
        recipients=(recipient.address,),
    )
