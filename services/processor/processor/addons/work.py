"""The kind `addon`: one addon's turn at a message, and after the last one what follows in the pipeline.

An addon runs at least once: when the processor dies before its answer is written down, it is asked again. What never
comes to an end is not tried for ever: the message goes on without it.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
import structlog

from mailcore import events
from mailcore.db.jobs import Job
from mailcore.directory.targets import name_of
from mailcore.errors import Transient
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.actions import RunAddons
from maildecide.message.addons.choice import Addons
from maildecide.message.context import Context
from maildecide.message.pipeline import AFTER_ADDONS, plan_message
from processor import report
from processor.addons.addon_run import AddonRun, addon_job, decode
from processor.addons.asking import Asked, Asking
from processor.addons.response import AddonLater
from processor.execute import Executor
from processor.jobs.kinds import Followed
from processor.load import Loaded, Loader

MOST_TRIES = 5
"""How often an addon is asked about one message, should it not end, or ask for another time."""
_EXECUTE_SECONDS = 45.0

log = structlog.get_logger(__name__)


class AddonWork:
    """Works on `addon` jobs."""

    def __init__(
        self,
        addons: Callable[[], Addons],
        asking: Asking,
        loader: Loader,
        executor: Executor,
        *,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        """`addons` gives those that are in use now."""
        self._addons = addons
        self._asking = asking
        self._loader = loader
        self._executor = executor
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, job: Job) -> Trace | Followed:
        """Give the next addon its turn, or go on after the last.

        Raises AddonLater, DatabaseAway, ContentAway, ContentMissing, Malformed.
        """
        run = decode(job.payload)
        happened: tuple[TraceEvent, ...] = ()
        if run.verdict is None and run.addons:
            asked, name = await self._ask(run, job)
            run, happened = asked.run, (self._event(run, asked, name),)
            if run.verdict is None and run.addons:
                return Followed(_waiting(run, happened, self._clock()), (addon_job(run, not_before=self._clock()),))
        try:
            return await self._go_on(run, job, happened)
        except Transient as error:
            if not happened:
                raise
            # What the addon answered is kept: it need not be asked again.
            log.info("an addon has answered, and the message has to wait", job=job.id, reason=str(error))
            after = addon_job(run, not_before=self._clock())
            return Followed(_waiting(run, happened, self._clock()), (after,))

    async def _ask(self, run: AddonRun, job: Job) -> tuple[Asked, str]:
        number = run.addons[0]
        skipped = msgspec.structs.replace(run, addons=run.addons[1:])
        addon = self._addons().get(number)
        if addon is None:
            return Asked(skipped, why="it is in use no more"), str(number)
        if job.attempt > MOST_TRIES:
            return Asked(skipped, why=f"{MOST_TRIES} tries came to no end"), addon.name
        try:
            return await self._asking.ask(addon, run, job.attempt), addon.name
        except AddonLater as error:
            if job.attempt < MOST_TRIES:
                raise
            return Asked(skipped, why=f"{error}, after {MOST_TRIES} tries"), addon.name

    async def _go_on(self, run: AddonRun, job: Job, happened: tuple[TraceEvent, ...]) -> Trace:
        """Plan and do what follows for whoever waited, and tell it."""
        incoming = run.incoming
        loaded = await self._loader.load(incoming)
        mail = msgspec.structs.replace(loaded.mail, header=run.header, body_start=run.body_start, folder=run.folder)
        plans = plan_message(AFTER_ADDONS, mail, _contexts(run, loaded), run.done)
        executed = await self._executor.execute(
            incoming,
            plans,
            loaded.settings_revision,
            look_twice=lambda: incoming.begun or job.attempt > 1,
            deadline=asyncio.get_running_loop().time() + _EXECUTE_SECONDS,
        )
        report.count(self._metrics, executed)
        trace = report.trace_of(incoming, plans, executed, loaded.settings_revision, self._clock())
        return msgspec.structs.replace(trace, events=(*happened, *trace.events))

    def _event(self, run: AddonRun, asked: Asked, name: str) -> TraceEvent:
        what = events.ADDON_RAN if asked.did else events.ADDON_FAILED
        told = {"addon": name, "did": asked.did, "reason": asked.why, "seconds": f"{asked.seconds:.3f}"}
        told |= {"for": " ".join(run.recipients[:10])}
        detail = {key: value for key, value in told.items() if value}
        self._metrics.addons.labels(name, "answered" if asked.did else "failed").inc()
        return TraceEvent(self._clock(), "execute", what, decided_by=RunAddons.name, detail=detail)


def _contexts(run: AddonRun, loaded: Loaded) -> Iterator[Context]:
    """Give those for whom the message waited, as they are now; who has gone since is nobody any more."""
    for behind in run.behind:
        of_recipient = [one for one in loaded.contexts if one.place == behind.place]
        found = [one for one in of_recipient if _name(one) == behind.target]
        for context in found or [replace(of_recipient[0], target=None)]:
            yield replace(context, addon_verdict=run.verdict)


def _name(context: Context) -> str:
    return "" if context.target is None else name_of(context.target)


def _waiting(run: AddonRun, happened: tuple[TraceEvent, ...], now: float) -> Trace:
    return Trace(
        message_id=run.incoming.id,
        service=report.SERVICE,
        at=now,
        outcome=events.QUEUED,
        settings_revision=run.settings_revision,
        client_ip=run.incoming.client.ip,
        sender=run.incoming.envelope.sender,
        recipients=tuple(TraceRecipient(address, events.QUEUED) for address in run.recipients),
        events=happened,
    )
