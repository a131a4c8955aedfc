"""Addons as a part of a processor: the worker of their jobs, put together for a composition root."""

import time

from mailcore.addon_limits import AddonLimits
from mailcore.db.addons import LiveAddons
from mailcore.db.outbound_jobs import KIND as OUTBOUND
from mailcore.platform import Platform
from maildecide.message.addons.choice import Addons
from processor.addons.addon_run import KIND
from processor.addons.asking import Asking
from processor.addons.claim import AddonClaim
from processor.addons.work import AddonWork
from processor.effects.store_local import KIND as LOCAL
from processor.execute import Executor
from processor.jobs.ends import JobEnds
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker
from processor.load import Loader

_MOST = 256
"""Messages in hand for all addons together."""


class AddonService:
    """Runs the addons of messages."""

    def __init__(
        self, platform: Platform, live: LiveAddons[Addons], loader: Loader, executor: Executor, ends: JobEnds
    ) -> None:
        environment, clock = platform.environment, time.time
        asking = Asking(
            platform.content,
            AddonLimits.of(environment),
            lambda: platform.settings.current.settings.smtp,
            environment.addon_memory_mib,
        )
        work = AddonWork(lambda: live.current, asking, loader, executor, metrics=platform.metrics, clock=clock)
        self.worker = JobWorker(
            platform.database,
            {KIND: work},
            ends,
            Leases(platform.database, clock),
            most=_MOST,
            clock=clock,
            claim=AddonClaim(environment.addon_processes),
            elsewhere={LOCAL, OUTBOUND, "self", "list"},
        )
