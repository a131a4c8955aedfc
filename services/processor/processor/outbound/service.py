"""The parts that deliver to other servers, put together for a composition root: they start and stop as one."""

import ssl
import time
from collections.abc import Callable
from secrets import SystemRandom

from mailcore.db import destinations, dsn_counts, finished_jobs
from mailcore.db.outbound_jobs import KIND
from mailcore.platform import Platform
from processor.effects.store_local import KIND as LOCAL
from processor.jobs.ends import JobEnds
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker
from processor.outbound.attempt import Attempts
from processor.outbound.client.opening import Opener
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.ending import Endings
from processor.outbound.pace import PacedClaim
from processor.outbound.pool import Pool
from processor.outbound.reporter import Reporter
from processor.outbound.routing.route import Router
from processor.outbound.work import OutboundWork

FORGET_SECONDS = 3600.0
_MOST = 200
"""Jobs in hand of one process at most; the settings bound them over all."""
_RANDOM = SystemRandom()


class Outbound:
    """Delivery to other servers."""

    def __init__(
        self,
        platform: Platform,
        *,
        clock: Callable[[], float] = time.time,
        timeouts: Timeouts | None = None,
        trusted: ssl.SSLContext | None = None,
        leases: Leases | None = None,
    ) -> None:
        """`trusted`: checks certificates where the settings want that; None: as the system trusts."""
        timeouts = timeouts or Timeouts()
        self._database = platform.database
        self._clock = clock
        self._pool = Pool()
        opener = Opener(timeouts, trusted or ssl.create_default_context(), _unverified())
        attempts = Attempts(Router(platform.resolver, _RANDOM.shuffle), opener, self._pool, timeouts.attempt)
        ends = JobEnds(
            platform.database,
            platform.tracer,
            platform.metrics,
            revision=lambda: platform.settings.current.revision,
            clock=clock,
        )
        self.worker = JobWorker(
            platform.database,
            {KIND: _work(platform, attempts, clock)},
            ends,
            Leases(platform.database, clock) if leases is None else leases,
            most=_MOST,
            clock=clock,
            claim=PacedClaim(lambda: platform.settings.current.settings.delivery),
            elsewhere={LOCAL},
        )

    async def close(self) -> None:
        """Let go of idle sessions, once the worker has stopped."""
        await self._pool.close()

    async def forget_old(self) -> None:
        """Forget what nobody asks for any more. Raises DatabaseAway."""
        now = self._clock()
        async with self._database.transaction() as conn:
            await destinations.forget_old(conn, now)
            await finished_jobs.forget_old(conn, now)
            await dsn_counts.forget_old(conn, now)


def _work(platform: Platform, attempts: Attempts, clock: Callable[[], float]) -> OutboundWork:
    endings = Endings(
        platform.database,
        platform.bus,
        platform.content,
        Reporter(platform.directory),
        tracer=platform.tracer,
        metrics=platform.metrics,
    )
    return OutboundWork(
        platform.database,
        platform.content,
        platform.settings,
        attempts,
        endings,
        hostname=platform.environment.hostname_fqdn,
        clock=clock,
        chance=_RANDOM.random,
    )


def _unverified() -> ssl.SSLContext:
    """Give a context for opportunistic TLS: better than none against whoever only listens (RFC 7435)."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
