"""Copies of a post for other servers: jobs, each for up to a hundred members of one destination. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.dsn.wanted import FAILURES
from maildecide.lists.posted import Posted
from processor.outbound.queueing import MOST_RECIPIENTS, remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient

PATIENCE = 600.0
"""Seconds for which copies let other mail for their destination go first."""


@dataclass(frozen=True, slots=True)
class RemoteCopy:
    """What one member gets."""

    address: str
    sender: str
    """The envelope sender; empty: that of every copy."""
    token: str
    """What is put into the header section; empty: nothing."""


def remote_jobs(posted: Posted, copies: Sequence[RemoteCopy], *, settings_revision: int, now: float) -> list[NewJob]:
    """Give the jobs for `copies`, of which those of one destination are beside each other."""
    mail, domain = posted.mail, parse_address(posted.mail.envelope.sender).domain
    common = RemoteMail(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        sender=mail.envelope.sender,
        recipients=(),
        header=mail.header,
        content=mail.content,
        body_start=mail.body_start,
        body=mail.envelope.body,
        smtputf8=mail.envelope.smtputf8,
        is_verified=True,
        signers=(domain,),
        seal=posted.seal,
        token_at=posted.token_at,
    )
    jobs = []
    for destination, some in _by_destination(copies):
        recipients = tuple(RemoteRecipient(one.address, FAILURES, sender=one.sender, token=one.token) for one in some)
        job = remote_job(msgspec.structs.replace(common, recipients=recipients), destination, now)
        jobs.append(msgspec.structs.replace(job, patience=PATIENCE))
    return jobs


def _by_destination(copies: Sequence[RemoteCopy]) -> Iterator[tuple[str, list[RemoteCopy]]]:
    for destination, of_one in groupby(copies, lambda copy: parse_address(copy.address).domain):
        some = list(of_one)
        for start in range(0, len(some), MOST_RECIPIENTS):
            yield destination, some[start : start + MOST_RECIPIENTS]
