"""The kind `outbound`: one attempt at a job, from what is known of its destination to its end in the database."""

from collections.abc import Callable, Mapping

import msgspec
import structlog

from mailcore.content.interface import ContentStore
from mailcore.db import outbound_jobs
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.live_settings import LiveSettings, Snapshot
from mailcore.errors import DatabaseAway, Transient
from processor.outbound.attempt import Attempts, Result
from processor.outbound.client.answer import Answer
from processor.outbound.ending import Ending, Endings
from processor.outbound.forms import Forms
from processor.outbound.parted import end_partings
from processor.outbound.remote_mail import RemoteMail, decode, encode
from processor.outbound.schedule import next_attempt
from processor.outbound.settlement import Settlement, of_done, settle
from processor.outbound.shared_server import resting
from processor.outbound.signing import Sign
from processor.outbound.verdict import verdict

_SAVE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class LeaseLost(Transient):
    """Another worker has the job by now."""


class OutboundWork:
    """Works on outbound jobs."""

    def __init__(
        self,
        database: Database,
        content: ContentStore,
        settings: LiveSettings,
        attempts: Attempts,
        endings: Endings,
        *,
        sign: Sign,
        hostname: str,
        clock: Callable[[], float],
        chance: Callable[[], float],
        is_ours: Callable[[str], bool],
    ) -> None:
        """`hostname`: what we are called unless the settings say otherwise; `chance` gives numbers from 0 to 1.

        `is_ours`: whether the lease of a job, given its id, still holds.
        """
        self._is_ours = is_ours
        self._database = database
        self._content = content
        self._settings = settings
        self._attempts = attempts
        self._endings = endings
        self._sign = sign
        self._hostname = hostname
        self._clock = clock
        self._chance = chance

    async def __call__(self, job: Job) -> None:
        """Try once, and end the job: done, or to be tried again.

        Raises DatabaseAway, ContentAway, ContentMissing, Malformed before anything was sent.
        """
        mail = decode(job.payload)
        snapshot = self._settings.current
        if mail.done:
            now = self._clock()
            await self._end(job, mail, of_done(mail, now), snapshot, now=now, is_tried=False)
            return
        results = await self._without_asking(job, mail, snapshot)
        is_tried = results is None
        if results is None:
            results = await self._try(job, mail, snapshot)
        now = self._clock()
        settlement = settle(mail, results, snapshot.settings.delivery, now)
        await self._end(job, mail, settlement, snapshot, now=now, is_tried=is_tried)

    async def _end(
        self, job: Job, mail: RemoteMail, settlement: Settlement, snapshot: Snapshot, *, now: float, is_tried: bool
    ) -> None:
        ending = Ending(
            job=job,
            mail=mail,
            settlement=settlement,
            is_tried=is_tried,
            next_attempt=next_attempt(job.attempt, snapshot.settings.delivery, now, self._chance()),
            hostname=self._own_name(snapshot),
        )
        await self._endings.end(ending, snapshot, now)

    async def _without_asking(self, job: Job, mail: RemoteMail, snapshot: Snapshot) -> dict[str, Result] | None:
        """Give the answer where nobody need be asked: it is refused here, or the destination rests. None: ask."""
        if mail.refusal:
            answer = Answer("connect", why=mail.refusal, status=mail.refusal_status)
        else:
            known = await resting(self._database, job.destination, snapshot.settings.delivery, self._clock())
            if known is None:
                return None
            answer = Answer("connect", why=f"the domain's servers cannot be used: {known.last_error}", status="4.4.1")
        return {recipient.address: Result(answer) for recipient in mail.recipients}

    async def _try(self, job: Job, mail: RemoteMail, snapshot: Snapshot) -> dict[str, Result]:
        saved = self._clock()

        async def progress(results: Mapping[str, Result]) -> None:
            nonlocal saved
            # Where each gets a message of his own there are many: what a second brought may be sent again.
            if any(one.is_apart for one in mail.recipients) and self._clock() - saved < _SAVE_SECONDS:
                return
            saved = self._clock()
            await self._save(job, mail, results)

        return await self._attempts.make(
            job.destination,
            Forms(mail, self._content, self._sign),
            mail.recipients,
            settings=snapshot.settings,
            hostname=self._own_name(snapshot),
            progress=progress,
            is_ours=lambda: self._is_ours(job.id),
        )

    async def _save(self, job: Job, mail: RemoteMail, results: Mapping[str, Result]) -> None:
        """Keep who has it already, before others get it. Raises LeaseLost."""
        rest = tuple(one for one in mail.recipients if not _has_it(results.get(one.address)))
        payload = encode(msgspec.structs.replace(mail, recipients=rest))
        try:
            async with self._database.transaction() as conn:
                if not await outbound_jobs.save(conn, job, payload, (one.address for one in rest)):
                    raise LeaseLost
                now = self._clock()
                await end_partings(conn, job, ((one, True) for one in mail.recipients if one not in rest), now)
        except DatabaseAway as error:
            # The end of the attempt records it too.
            log.warning("progress could not be saved", job=job.id, reason=str(error))

    def _own_name(self, snapshot: Snapshot) -> str:
        return snapshot.settings.delivery.hostname or self._hostname


def _has_it(result: Result | None) -> bool:
    return result is not None and verdict(result.answer) == "delivered"
