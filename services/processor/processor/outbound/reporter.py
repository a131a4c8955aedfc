"""How a report gets to the sender it is for: as jobs, into mailboxes here or to other servers.

What cannot be delivered to anybody ends with the postmaster; what is not reported, because nobody knows whether the
sender is who he says, in the server's trash.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.db.trash import TrashEntry
from mailcore.directory.lookup import Directory
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import AccountTarget, ListTarget, RemoteTarget, ServerTarget, Target
from mailcore.dsn.compose import compose
from mailcore.dsn.report import Report
from mailcore.ids import derived_id
from mailcore.list_jobs import resubmission_job
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Client, Incoming
from mailcore.mail.incoming import encode as encode_incoming
from mailcore.settings import RuntimeSettings
from maildecide.message.mail import Arrival, Mail
from maildecide.message.mail import encode as encode_mail
from maildecide.message.sharing import SERVER_TRASH
from processor.effects.store_local import KIND as LOCAL
from processor.local_copy import LocalCopy, ReportWish
from processor.local_copy import encode as encode_copy
from processor.outbound.queueing import remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


@dataclass(frozen=True, slots=True)
class Posted:
    """What brings a report to its sender: to be inserted with the end of what it reports."""

    report: Report
    jobs: tuple[NewJob, ...]
    trashed: tuple[TrashEntry, ...] = ()


class Reporter:
    """Posts reports."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def post(self, report: Report, settings: RuntimeSettings, revision: int, *, is_verified: bool) -> Posted:
        """Give what brings `report` to whom it is for. Raises DatabaseAway.

        `is_verified`: whether the sender is known to be who he says.
        """
        octets = compose(report, settings.delivery.dsn_language)
        targets = await self._takers(report.to, settings)
        is_ours = targets and not any(isinstance(target, RemoteTarget) for target in targets)
        if settings.delivery.dsn_policy == "verified" and not (is_verified or is_ours):
            copy = _copy(report, octets, revision, SERVER_TRASH)
            return Posted(report, (_local_job(copy, report.at),), (_trash_entry(report, octets),))
        return Posted(
            report,
            tuple(_job(report, octets, revision, target) for target in targets or await self.last_resort(settings)),
        )

    async def last_resort(self, settings: RuntimeSettings) -> Sequence[AccountTarget | ServerTarget]:
        """Give who gets what can be delivered to nobody: mailboxes of this server. Raises DatabaseAway."""
        address = settings.delivery.undeliverable_address
        found = [] if address is None else await self._takers(address, settings)
        return [target for target in found if isinstance(target, AccountTarget | ServerTarget)] or [ServerTarget()]

    async def keep(self, mail: RemoteMail, settings: RuntimeSettings, now: float) -> tuple[NewJob, ...]:
        """Give jobs that put a message from the null sender, which nobody can be told of, where somebody sees it."""
        whom = ", ".join(recipient.address for recipient in mail.recipients)
        return tuple(
            _local_job(
                LocalCopy(
                    message_id=mail.message_id,
                    accepted_at=mail.accepted_at,
                    settings_revision=mail.settings_revision,
                    mailbox=target.account.mailbox if isinstance(target, AccountTarget) else target.mailbox,
                    folder="",
                    recipient=whom,
                    sender=mail.sender,
                    header=mail.header,
                    content=mail.content,
                    body_start=mail.body_start,
                    owner=target.account.address if isinstance(target, AccountTarget) else "",
                ),
                now,
            )
            for target in await self.last_resort(settings)
        )

    async def _takers(self, to: str, settings: RuntimeSettings) -> Sequence[Target]:
        try:
            address = parse_address(to)
        except ValueError:
            return ()
        resolution = await resolve(self._directory, address, settings.smtp)
        return (RemoteTarget(to),) if resolution.status == "unmanaged" else resolution.takers


def _job(report: Report, octets: bytes, revision: int, target: Target) -> NewJob:
    match target:
        case AccountTarget(account, folder):
            copy = _copy(report, octets, revision, account.mailbox, folder=folder)
            # One that its mailbox does not take ends with the postmaster, as every message from the null sender does.
            copy = msgspec.structs.replace(copy, owner=account.address, wish=ReportWish())
            return _local_job(copy, report.at)
        case ServerTarget(mailbox):
            return _local_job(_copy(report, octets, revision, mailbox), report.at)
        case ListTarget():
            return _resubmission(report, octets)
        case RemoteTarget(address):
            size = header_size(octets)
            mail = RemoteMail(
                message_id=report.id,
                accepted_at=report.at,
                settings_revision=revision,
                sender="",
                # Nobody is told of a report that fails, nor of one that does not (RFC 3461 6.2).
                recipients=(RemoteRecipient(address, frozenset({"NEVER"})),),
                header=octets[:size],
                content=InlineContent(octets),
                body_start=size,
                body="7BIT" if octets.isascii() else "8BITMIME",
                smtputf8=not octets[:size].isascii(),
                is_verified=True,
            )
            return remote_job(mail, parse_address(address).domain, report.at)


def _resubmission(report: Report, octets: bytes) -> NewJob:
    """Give the job that has the report processed for a list: its own copies come back there."""
    size, client = header_size(octets), Client("127.0.0.1", 0, report.hostname, "ESMTP", "smtp")
    mail = Mail(
        envelope=Envelope("", (Recipient(report.to),), "7BIT" if octets.isascii() else "8BITMIME"),
        trace_fields=b"",
        header=octets[:size],
        content=InlineContent(octets),
        body_start=size,
        arrival=Arrival(
            report.id, report.at, report.hostname, Client("127.0.0.1", 0, report.hostname, "ESMTP", "smtp")
        ),
    )
    return resubmission_job(encode_mail(mail), report.id, report.to, report.at, None)


def _copy(report: Report, octets: bytes, revision: int, mailbox: str, *, folder: str = "") -> LocalCopy:
    size = header_size(octets)
    return LocalCopy(
        message_id=report.id,
        accepted_at=report.at,
        settings_revision=revision,
        mailbox=mailbox,
        folder=folder,
        recipient=report.to,
        sender="",
        header=octets[:size],
        content=InlineContent(octets),
        body_start=size,
    )


def _local_job(copy: LocalCopy, now: float) -> NewJob:
    return NewJob(
        id=str(derived_id(copy.message_id, LOCAL, f"{copy.mailbox}\0{copy.folder}")),
        kind=LOCAL,
        destination=copy.mailbox,
        message_id=str(copy.message_id),
        payload=encode_copy(copy),
        not_before=now,
        content=copy.content_key,
        sender=copy.sender,
        recipients=(copy.recipient,),
    )


def _trash_entry(report: Report, octets: bytes) -> TrashEntry:
    """List the report with what a release needs: it goes through the pipeline then, as any message does."""
    incoming = Incoming(
        id=report.id,
        accepted_at=report.at,
        envelope=Envelope("", (Recipient(report.to),), "7BIT" if octets.isascii() else "8BITMIME"),
        client=Client("127.0.0.1", 0, report.hostname, "ESMTP", "smtp"),
        settings_revision=0,
        trace_fields=b"",
        header_size=header_size(octets),
        content=InlineContent(octets),
        begun=True,
    )
    return TrashEntry(
        id=str(derived_id(report.id, "trash_on_server", "")),
        message_id=str(report.id),
        at=report.at,
        reason="a report to a sender who may not be who he says (dsn_policy)",
        client_ip=incoming.client.ip,
        sender="",
        recipients=(report.to,),
        size=len(octets),
        content=None,
        body=encode_incoming(incoming),
    )
