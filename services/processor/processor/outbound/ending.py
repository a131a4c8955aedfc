"""The end of an attempt, in one transaction: the job's new state, reports, content, what is known of the destination.

What was sent cannot be unsent, so it is tried until it is recorded or the lease is lost; then another worker may send
it again, which is counted and traced as a possible repeat.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import content_refs, destinations, dsn_counts, finished_jobs, jobs, outbound_jobs, trash
from mailcore.db.database import Database
from mailcore.db.jobs import Job, NewJob
from mailcore.db.live_settings import Snapshot
from mailcore.dsn.language import language_for
from mailcore.errors import DatabaseAway
from mailcore.metrics import Metrics
from mailcore.trace import TraceEvent, Tracer
from processor.effects.store_local import KIND as LOCAL
from processor.jobs.hints import hint
from processor.outbound import reports, telling
from processor.outbound.attempt import is_down
from processor.outbound.pace import pace_of
from processor.outbound.parted import end_partings
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient, encode
from processor.outbound.report_writing import written
from processor.outbound.reporter import Posted, Reporter
from processor.outbound.settlement import Settlement
from processor.outbound.shared_server import shared_server

_AGAIN_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """An attempt that is over."""

    job: Job
    mail: RemoteMail
    """As it was before the attempt."""
    settlement: Settlement
    is_tried: bool
    """False when the destination rested and nobody was asked."""
    next_attempt: float
    """When to try again, if somebody waits."""
    hostname: str

    @property
    def may_be_repeated(self) -> bool:
        """Whether an earlier attempt may have delivered it without our knowing."""
        return self.mail.unsure > 0 or self.job.attempt - 1 > self.mail.last_recorded

    @property
    def why(self) -> str:
        """What an operator is told of who waits."""
        waiting = {one.recipient.address: one for one in self.settlement.each if one.verdict == "later"}
        return "; ".join(dict.fromkeys(str(one.result.answer) for one in waiting.values()))

    @property
    def untold(self) -> tuple[RemoteRecipient, ...]:
        """Who does not get what comes from the null sender, who is told nothing."""
        failed = () if self.mail.sender else self.settlement.each
        return tuple(one.recipient for one in failed if one.verdict == "failed")

    def rest(self) -> RemoteMail:
        """Give the message for who waits."""
        is_unsure = any(one.result.answer.is_unsure for one in self.settlement.each)
        return msgspec.structs.replace(
            self.mail,
            recipients=self.settlement.waiting,
            unsure=self.mail.unsure + is_unsure,
            last_recorded=self.job.attempt,
        )


class Endings:
    """Ends attempts."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        content: ContentStore,
        reporter: Reporter,
        *,
        tracer: Tracer,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._bus = bus
        self._content = content
        self._reporter = reporter
        self._tracer = tracer
        self._metrics = metrics

    async def end(self, ending: Ending, snapshot: Snapshot, now: float) -> None:
        """Record what became of an attempt. Returns when it is recorded, or somebody else has the job."""
        while True:
            try:
                posted = await self._post(ending, snapshot, now)
                kept = await self._keep(ending, snapshot, now)
                recorded = await self._record(ending, snapshot, posted, kept, now)
                break
            except DatabaseAway as error:
                # Whoever loses the lease meanwhile is cancelled here.
                log.warning("what was sent cannot be recorded yet", job=ending.job.id, reason=str(error))
                await asyncio.sleep(_AGAIN_SECONDS)
        self._tell(ending, snapshot, recorded, now)
        if recorded is not None:
            await hint(self._bus, recorded.jobs, now)

    async def _post(self, ending: Ending, snapshot: Snapshot, now: float) -> list[Posted]:
        mail, settings = ending.mail, snapshot.settings
        told = await reports.of_notices(
            mail,
            ending.settlement.notices,
            self._content,
            settings.delivery,
            hostname=ending.hostname,
            target=f"{ending.job.id}\0{ending.job.attempt}",
            now=now,
        )
        language = language_for(settings.delivery.dsn_language, mail.header)
        return [
            await self._reporter.post(
                await written(report, mail, self._content, language),
                settings,
                snapshot.revision,
                is_verified=mail.is_verified,
            )
            for report in told
        ]

    async def _keep(self, ending: Ending, snapshot: Snapshot, now: float) -> Sequence[NewJob]:
        """Give what becomes of a message from the null sender, of which nobody can be told."""
        if not ending.untold:
            return ()
        untold = msgspec.structs.replace(ending.mail, recipients=ending.untold)
        return await self._reporter.keep(untold, snapshot.settings, now)

    async def _record(
        self, ending: Ending, snapshot: Snapshot, posted: Sequence[Posted], kept: Sequence[NewJob], now: float
    ) -> "_Recorded | None":
        settings = snapshot.settings.delivery
        async with self._database.transaction() as conn:
            if not await _end_job(conn, ending, now):
                return None
            told = [
                (one, await _is_admitted(conn, one, ending, settings.dsns_per_address_hour, now))
                # Always in one order, so that no two transactions wait for each other.
                for one in sorted(posted, key=lambda one: one.report.to.lower())
            ]
            new = [*kept, *(job for one, is_admitted in told if is_admitted for job in one.jobs)]
            await jobs.insert(conn, new, now)
            for job in new:
                if job.content is not None:
                    await content_refs.add(conn, job.content, content_refs.job_holder(job.id), now)
            for one, is_admitted in told:
                for entry in one.trashed if is_admitted else ():
                    await trash.put(conn, entry)
            back = await end_partings(conn, ending.job, ending.settlement.ended, now)
            await _let_go(conn, ending, now)
            await _note_destination(conn, ending, snapshot, now)
        taken_back = [job.destination for job in back if job.kind == LOCAL]
        return _Recorded([*new, *back], told, taken_back, [job.destination for job in kept])

    def _tell(self, ending: Ending, snapshot: Snapshot, recorded: "_Recorded | None", now: float) -> None:
        job, settlement = ending.job, ending.settlement
        result = "lost" if recorded is None else "later" if settlement.waiting else "done"
        self._metrics.jobs_done.labels(job.kind, result).inc()
        telling.count(self._metrics, settlement, may_be_repeated=ending.may_be_repeated)
        trace = telling.trace_of(
            job,
            ending.mail,
            settlement,
            may_be_repeated=ending.may_be_repeated,
            revision=snapshot.revision,
            now=now,
        )
        told: list[TraceEvent] = []
        for posted, is_admitted in () if recorded is None else recorded.told:
            told.append(telling.reported(job, posted, now, is_admitted=is_admitted))
            if is_admitted and posted.jobs:
                self._metrics.reports.labels(posted.report.action).inc()
        if recorded is not None:
            told += (telling.taken_back(job, mailbox, now) for mailbox in recorded.taken_back)
            if ending.untold:
                told.append(telling.untold(job, recorded.kept, now))
        self._tracer.record(msgspec.structs.replace(trace, events=(*trace.events, *told)))
        if settlement.waiting:
            log.info("mail is to be sent again", job=job.id, destination=job.destination, reason=ending.why)


async def _is_admitted(conn: AsyncConnection, posted: Posted, ending: Ending, most: int, now: float) -> bool:
    """Whether an address may have one more report within the hour; a list may have all about its own copies."""
    if posted.is_for_lists and ending.mail.is_verified:
        return True
    return await dsn_counts.admit(conn, posted.report.to.lower(), most, now)


@dataclass(frozen=True, slots=True)
class _Recorded:
    jobs: Sequence[NewJob]
    told: Sequence[tuple[Posted, bool]]
    """Each report, and whether its address may have it."""
    taken_back: Sequence[str]
    """The mailboxes that have the message again, since nobody took it."""
    kept: Sequence[str]
    """The mailboxes that get it since nobody can be told."""


async def _end_job(conn: AsyncConnection, ending: Ending, now: float) -> bool:
    job = ending.job
    if ending.settlement.waiting:
        waiting = (recipient.address for recipient in ending.settlement.waiting)
        if not await outbound_jobs.save(conn, job, encode(ending.rest()), waiting):
            return False
        return await jobs.fail(conn, job.id, job.attempt, not_before=ending.next_attempt, why=ending.why)
    if not await jobs.finish(conn, job.id, job.attempt):
        return False
    await finished_jobs.put(conn, job.id, now)
    return True


async def _let_go(conn: AsyncConnection, ending: Ending, now: float) -> None:
    job = ending.job
    if job.content is not None and not ending.settlement.waiting:
        await content_refs.drop(conn, job.content, content_refs.job_holder(job.id), now)


async def _note_destination(conn: AsyncConnection, ending: Ending, snapshot: Snapshot, now: float) -> None:
    if not ending.is_tried:
        return
    settings, domain = snapshot.settings.delivery, ending.job.destination
    shared = shared_server(domain, settings)
    results = {one.recipient.address: one.result for one in ending.settlement.each}
    if is_down(results):
        answer = next(iter(results.values())).answer
        # What TLS has to be may be otherwise for the others.
        names = (domain,) if shared is None or answer.stage == "tls" else (domain, shared)
        for name in names:
            await destinations.failed(conn, name, str(answer), first_rest=settings.backoff_seconds, now=now)
    elif any(result.server is not None for result in results.values()):
        await destinations.succeeded(conn, domain, pace_of(settings), now)
        if shared is not None:
            await destinations.revive(conn, shared)
