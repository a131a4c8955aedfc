"""How a report gets to the sender it is for: as jobs, into mailboxes here or to other servers.

Where a list or an account that forwards its mail is behind the address, it is processed as any mail from nobody.
What cannot be delivered to anybody ends with the postmaster; what is not reported, because nobody knows whether the
sender is who he says, in the server's trash.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mailcore.address import parse_address
from mailcore.db.jobs import NewJob
from mailcore.db.trash import TrashEntry
from mailcore.directory.lookup import ProcessorDirectory
from mailcore.directory.resolution import resolve
from mailcore.directory.standing_orders import NO_ORDERS
from mailcore.directory.targets import AccountTarget, ListTarget, RemoteTarget, ServerTarget, Target
from mailcore.dsn.report import Report
from mailcore.dsn.wanted import NOTHING
from mailcore.ids import derived_id
from mailcore.list_jobs import resubmission_job
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Client, Incoming
from mailcore.mail.incoming import encode as encode_incoming
from mailcore.settings import RuntimeSettings
from maildecide.message.forwarding.choice import chosen
from maildecide.message.mail import Arrival, Mail
from maildecide.message.mail import encode as encode_mail
from maildecide.message.sharing import SERVER_TRASH
from maildecide.message.signers import server_signers
from processor.effects.store_local import KIND as LOCAL
from processor.local_copy import LocalCopy, ReportWish
from processor.local_copy import encode as encode_copy
from processor.outbound.queueing import remote_job
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.report_writing import Written


@dataclass(frozen=True, slots=True)
class Posted:
    """What brings a report to its sender: to be inserted with the end of what it reports."""

    report: Report
    jobs: tuple[NewJob, ...]
    trashed: tuple[TrashEntry, ...] = ()
    is_for_lists: bool = False
    """Whether only mailing lists here get it, which count what comes back."""


class Reporter:
    """Posts reports."""

    def __init__(self, directory: ProcessorDirectory) -> None:
        self._directory = directory

    async def post(self, written: Written, settings: RuntimeSettings, revision: int, *, is_verified: bool) -> Posted:
        """Give what brings a report to whom it is for; nothing where that is nobody, and the settings say so.

        `is_verified`: whether the sender is known to be who he says. Raises DatabaseAway.
        """
        report = written.report
        targets = await self._takers(report.to, settings)
        is_ours = targets and not any(isinstance(target, RemoteTarget) for target in targets)
        if settings.delivery.dsn_policy == "verified" and not (is_verified or is_ours):
            copy = _copy(written, revision, SERVER_TRASH)
            return Posted(report, (_local_job(copy, report.at),), (_trash_entry(written),))
        if await self._goes_on(targets):
            is_for_lists = all(isinstance(target, ListTarget) for target in targets)
            return Posted(report, (_resubmission(written),), is_for_lists=is_for_lists)
        takers = [one for one in targets if not isinstance(one, ListTarget)] or await self.last_resort(settings)
        return Posted(report, tuple(_job(written, revision, taker) for taker in takers))

    async def last_resort(self, settings: RuntimeSettings) -> Sequence[AccountTarget | ServerTarget]:
        """Give who gets what can be delivered to nobody: mailboxes of this server, or none. Raises DatabaseAway."""
        if settings.delivery.undeliverable == "drop":
            return []
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

    async def _goes_on(self, targets: Sequence[Target]) -> bool:
        """Whether somebody does more with it than to store it."""
        for target in targets:
            if isinstance(target, ListTarget):
                return True
            if isinstance(target, AccountTarget):
                orders = await self._directory.standing_orders(target.account.address) or NO_ORDERS
                if chosen(orders.forwards, sender="") is not None:
                    return True
        return False

    async def _takers(self, to: str, settings: RuntimeSettings) -> Sequence[Target]:
        try:
            address = parse_address(to)
        except ValueError:
            return ()
        resolution = await resolve(self._directory, address, settings.smtp)
        return (RemoteTarget(to),) if resolution.status == "unmanaged" else resolution.takers


def _job(written: Written, revision: int, target: AccountTarget | ServerTarget | RemoteTarget) -> NewJob:
    at = written.report.at
    match target:
        case AccountTarget(account, folder):
            copy = _copy(written, revision, account.mailbox, folder=folder)
            # One that its mailbox does not take ends with the postmaster, as every message from the null sender does.
            return _local_job(msgspec.structs.replace(copy, owner=account.address, wish=ReportWish()), at)
        case ServerTarget(mailbox):
            return _local_job(_copy(written, revision, mailbox), at)
        case RemoteTarget(address):
            return remote_job(_remote(written, revision, address), parse_address(address).domain, at)


def _remote(written: Written, revision: int, address: str) -> RemoteMail:
    return RemoteMail(
        message_id=written.report.id,
        accepted_at=written.report.at,
        settings_revision=revision,
        sender="",
        # Nobody is told of a report that fails, nor of one that does not (RFC 3461 6.2).
        recipients=(RemoteRecipient(address, NOTHING),),
        header=written.header,
        content=written.content,
        body_start=len(written.header),
        body=written.body,
        smtputf8=not written.header.isascii(),
        is_verified=True,
        signers=server_signers(written.report.hostname),
    )


def _resubmission(written: Written) -> NewJob:
    """Give the job that has the report processed: a list's own copies come back there, and an account forwards it."""
    report = written.report
    mail = Mail(
        envelope=Envelope("", (Recipient(report.to, NOTHING),), written.body, smtputf8=not written.header.isascii()),
        trace_fields=b"",
        header=written.header,
        content=written.content,
        body_start=len(written.header),
        arrival=Arrival(report.id, report.at, report.hostname, _ourselves(report)),
    )
    return resubmission_job(encode_mail(mail), report.id, report.to, report.at, written.content_key)


def _ourselves(report: Report) -> Client:
    return Client("127.0.0.1", 0, report.hostname, "ESMTP", "smtp")


def _copy(written: Written, revision: int, mailbox: str, *, folder: str = "") -> LocalCopy:
    return LocalCopy(
        message_id=written.report.id,
        accepted_at=written.report.at,
        settings_revision=revision,
        mailbox=mailbox,
        folder=folder,
        recipient=written.report.to,
        sender="",
        header=written.header,
        content=written.content,
        body_start=len(written.header),
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


def _trash_entry(written: Written) -> TrashEntry:
    """List the report with what a release needs: it goes through the pipeline then, as any message does."""
    report = written.report
    incoming = Incoming(
        id=report.id,
        accepted_at=report.at,
        envelope=Envelope("", (Recipient(report.to),), written.body),
        client=_ourselves(report),
        settings_revision=0,
        trace_fields=b"",
        header_size=len(written.header),
        content=written.content,
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
        size=incoming.size,
        content=written.content_key,
        body=encode_incoming(incoming),
    )
