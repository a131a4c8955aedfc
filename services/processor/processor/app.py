"""The composition root of the processor: what is taken from which queue, by what, and how it begins and ends.

Replicas that take `incoming` have the mailboxes: they store local mail, work on `local` jobs, and sweep the content
store. Replicas that take `outbound` work on jobs towards other servers.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from mailcore import events
from mailcore.bus.interface import Consumer, Delivery
from mailcore.bus.topology import DEAD_LETTERS, INCOMING, OUTBOUND
from mailcore.db.addons import LiveAddons
from mailcore.db.header_rules import LiveHeaderRules
from mailcore.db.outbound_jobs import KIND
from mailcore.environment import Environment
from mailcore.errors import BusAway, ContentAway, DatabaseAway
from mailcore.health import serve_health
from mailcore.list_jobs import KIND as LIST
from mailcore.log import configure_logging
from mailcore.mail.incoming import Incoming
from mailcore.platform import Platform, open_platform, wait_for_database
from mailcore.ready_line import ready_line
from mailcore.settings import DeliverySettings
from maildecide.message.addons.choice import Addons
from maildecide.message.rules.compiled import HeaderRules
from processor import report
from processor.addons.addon_run import KIND as ADDON
from processor.addons.service import AddonService
from processor.backlog import LOOK_SECONDS, Backlog
from processor.brake import Brake
from processor.consume import IncomingConsumer, pause_before_return
from processor.drain import DeadLetterDrain
from processor.effects.store_local import KIND as LOCAL
from processor.execute import Executor
from processor.housekeeping import Chore, Housekeeping
from processor.jobs.ends import JobEnds
from processor.jobs.kinds import Kinds
from processor.jobs.leases import Leases
from processor.jobs.local import LocalWork
from processor.jobs.worker import JobWorker
from processor.lists.service import ARCHIVE_SECONDS, DIGEST_SECONDS, LEFT_HERE, Lists
from processor.lmtp.service import lmtp
from processor.load import Loader
from processor.mail_stores import MailStores
from processor.mailbox_quota import Quotas
from processor.mailboxes import Mailboxes
from processor.outage import Outage
from processor.outbound.queueing import OWN as SELF
from processor.outbound.service import FORGET_SECONDS, Outbound
from processor.outbound.tls.book import WRITE_SECONDS as TLS_SECONDS
from processor.process import Processed, Processor
from processor.reentry.service import OwnPort
from processor.rest import LOOK_SECONDS as REST_SECONDS
from processor.rest import Rest
from processor.setbacks import Setbacks
from processor.sweep import SWEEP_SECONDS, Sweep
from processor.trash_sweep import SWEEP_SECONDS as TRASH_SECONDS
from processor.trash_sweep import TrashSweep
from processor.usage_book import WRITE_SECONDS, UsageBook

_DRAIN_PREFETCH = 8


class ProcessorService:
    """One processor on a platform."""

    def __init__(
        self,
        platform: Platform,
        *,
        pause: Callable[[int], float] = pause_before_return,
        outbound: Callable[[Platform], Outbound] = Outbound,
    ) -> None:
        """`pause` gives the seconds before a message that failed so often goes back."""
        self._platform = platform
        environment = platform.environment
        self._takes_incoming = environment.processor_queues in {"all", "incoming"}
        self._takes_outbound = environment.processor_queues in {"all", "outbound"}
        database, content, clock = platform.database, platform.content, time.time
        self._usage = UsageBook(database, clock)
        mailboxes = Mailboxes(environment.mail_dir, content, clock, Quotas(platform.directory, self._usage))
        self._stores = MailStores(mailboxes, lmtp(environment, content))
        self._outage = Outage({DatabaseAway: database.check, BusAway: platform.bus.check, ContentAway: content.check})
        self._header_rules = LiveHeaderRules(database, platform.changes, HeaderRules)
        self._addons = LiveAddons(database, platform.changes, Addons)
        setbacks = Setbacks(platform.bus, database, platform.tracer, platform.metrics, clock=clock)
        loader, executor = self._loader(), Executor(database, platform.bus, self._stores, clock)
        self._incoming = IncomingConsumer(
            Processor(loader, executor),
            setbacks,
            self._outage,
            told=self._tell,
            pause=pause,
        )
        self._rest = Rest(lambda: platform.settings.current.settings.maintenance.processor)
        self._drain = DeadLetterDrain(setbacks, self._outage)
        self._worker = JobWorker(
            database,
            self._kinds(),
            self._ends(),
            Leases(database, clock),
            most=environment.processor_prefetch,
            clock=clock,
            elsewhere={KIND, SELF, LIST, ADDON} if self._takes_outbound else {LIST, ADDON},
        )
        self._addon_service = AddonService(platform, self._addons, loader, executor, self._ends())
        self.lists = Lists(platform, loader, executor)
        """What is done for mailing lists."""
        self._outbound = outbound(platform)
        self.own_port = OwnPort(platform)
        """Where mail goes that comes back to this system."""
        self._housekeeping = Housekeeping(self._chores())
        self._consumers: list[Consumer] = []

    async def start(self) -> dict[str, int]:
        """Begin to take messages and jobs, once header rules and addons are known; it has no ports of its own."""
        for rules in (self._header_rules, self._addons):
            await wait_for_database(rules.start, service=report.SERVICE, stop=asyncio.Event())
        bus, prefetch = self._platform.bus, self._platform.environment.processor_prefetch
        for worker in self._workers():
            self._rest.pauses(worker)
            worker.start()
        if self._takes_incoming:
            self._consumers += [
                await bus.consume(INCOMING, self._incoming.handle, prefetch=prefetch),
                await bus.consume(DEAD_LETTERS, self._drain.handle, prefetch=_DRAIN_PREFETCH),
            ]
        if self._takes_outbound:
            self._consumers.append(await bus.consume(OUTBOUND, self._hear, prefetch=prefetch))
        for brake in map(Brake, self._consumers):
            self._outage.pauses(brake.reason())
            self._rest.pauses(brake.reason())
        self._housekeeping.start()
        return {}

    async def stop(self, grace: float) -> None:
        """Take nothing new, finish within `grace` seconds what is in hand, and leave the rest to others."""
        self._incoming.hurry()
        await self._housekeeping.stop()
        await asyncio.gather(
            *(worker.stop(grace) for worker in self._workers()), *(consumer.stop(grace) for consumer in self._consumers)
        )
        await self._outbound.close()
        self.lists.close()
        await self._outage.stop()
        await self._stores.close()
        with suppress(DatabaseAway):
            # What is not written is found again by the next delivery.
            await self._usage.write()

    def _loader(self) -> Loader:
        platform = self._platform
        return Loader(
            platform.directory,
            platform.settings,
            platform.content,
            lambda: self._header_rules.current,
            platform.srs,
            addons=lambda: self._addons.current,
        )

    def _workers(self) -> tuple[JobWorker, ...]:
        of_lists = (self.lists.worker, self._addon_service.worker) if self._takes_incoming else ()
        outbound = (self._outbound.worker,) if self._takes_outbound else ()
        return (self._worker, self.own_port.worker, *of_lists, *outbound)

    async def _hear(self, delivery: Delivery) -> None:
        """Hear that some job is due, of whatever kind."""
        for worker in self._workers():
            worker.look()
        await delivery.done()

    def _chores(self) -> tuple[Chore, ...]:
        platform, database, clock = self._platform, self._platform.database, time.time
        backlog = Backlog(platform.bus, platform.metrics, clock)
        everywhere = (
            Chore("backlog", LOOK_SECONDS, backlog.look),
            Chore("rest", REST_SECONDS, self._rest.look),
            Chore("forgetting", FORGET_SECONDS, self._outbound.forget_old),
            Chore("tls results", TLS_SECONDS, self._outbound.tls_book.write),
        )
        if not self._takes_incoming:
            return everywhere
        sweep = Sweep(database, platform.content, backlog.quiet, clock)
        emptying = TrashSweep(database, self._stores, lambda: platform.settings.current.settings, clock)
        return (
            *everywhere,
            Chore("sweep", SWEEP_SECONDS, sweep.run),
            Chore("trash", TRASH_SECONDS, emptying.run),
            Chore("lists", FORGET_SECONDS, self.lists.forget_old),
            Chore("digests", DIGEST_SECONDS, self.lists.begin_digests),
            Chore("archives", ARCHIVE_SECONDS, self.lists.forget_posts),
            Chore("usage", WRITE_SECONDS, self._usage.write),
        )

    def _kinds(self) -> Kinds:
        if not self._takes_incoming:
            return {}
        return {LOCAL: LocalWork(self._stores, self._platform.metrics, time.time, self._delivery)}

    def _ends(self) -> JobEnds:
        platform = self._platform
        return JobEnds(
            platform.database,
            platform.tracer,
            platform.metrics,
            revision=lambda: platform.settings.current.revision,
            clock=time.time,
        )

    def _delivery(self) -> DeliverySettings:
        return self._platform.settings.current.settings.delivery

    def _tell(self, incoming: Incoming, processed: Processed, seconds: float) -> None:
        now, metrics = time.time(), self._platform.metrics
        metrics.process_seconds.observe(seconds)
        metrics.transit_seconds.observe(max(now - incoming.accepted_at, 0.0))
        report.count(metrics, processed.executed)
        if any(one.outcome.event == events.LEFT_TO_ADDONS for one in processed.executed):
            self._addon_service.worker.look()
        if any(one.outcome.event in LEFT_HERE for one in processed.executed):
            self.lists.worker.look()
        self._platform.tracer.record(
            report.trace_of(incoming, processed.plans, processed.executed, processed.settings_revision, now)
        )


async def main(stop: asyncio.Event) -> None:
    """Run a processor alone until `stop` is set, then finish what it has begun."""
    environment = Environment.read(os.environ)  # noqa: TID251 - the composition root reads it
    configure_logging(environment.log_level, environment.log_format, service=report.SERVICE)
    environment.require_shared_parts()
    async with open_platform(environment, service=report.SERVICE, stop=stop) as platform:
        service = ProcessorService(platform)
        await service.start()
        health = await serve_health(
            host=environment.bind,
            port=environment.health_port,
            checks=platform.checks,
            registry=platform.metrics.registry,
        )
        sys.stdout.write(ready_line(environment.bind, {"health": health.port}))
        sys.stdout.flush()
        await stop.wait()
        await service.stop(environment.stop_grace_seconds)
        await health.stop(1.0)
