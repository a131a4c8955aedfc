"""The parts that deliver to other servers, put together for a composition root: they start and stop as one."""

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from secrets import SystemRandom

from mailcore.db import destinations, dsn_counts, finished_jobs, sts_policies, tls_results
from mailcore.db.outbound_jobs import KIND
from mailcore.db.signing_keys import SigningKeys
from mailcore.dns.interface import Budget
from mailcore.errors import DatabaseAway
from mailcore.platform import Platform
from processor.effects.store_local import KIND as LOCAL
from processor.jobs.ends import JobEnds
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker
from processor.outbound.attempt import Attempts
from processor.outbound.body_hashes import BodyHashes
from processor.outbound.client.opening import Opener
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.ending import Endings
from processor.outbound.pace import PacedClaim
from processor.outbound.pool import Pool
from processor.outbound.reporter import Reporter
from processor.outbound.routing import this_machine
from processor.outbound.routing.addresses import addresses_of
from processor.outbound.routing.route import Router
from processor.outbound.sealing import Sealer
from processor.outbound.signing import Signer
from processor.outbound.tls.book import TlsBook
from processor.outbound.tls.https import PORT, Https
from processor.outbound.tls.sts import StsPolicies
from processor.outbound.work import OutboundWork
from processor.tls_contexts import trusting, unverified

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
        https_port: int = PORT,
    ) -> None:
        """`trusted`: checks certificates where they have to be valid; None: as the system trusts.

        `https_port`: where MTA-STS policies are asked for; another one than 443 is for tests.
        """
        timeouts, trusted = timeouts or Timeouts(), trusted or trusting()
        self._database = platform.database
        self._clock = clock
        self._settings = platform.settings
        self._pool = Pool()
        self.tls_book = TlsBook(
            platform.database,
            platform.metrics,
            days=lambda: platform.settings.current.settings.delivery.tls_result_days,
            clock=clock,
        )
        https = Https(trusted, _Addresses(platform), port=https_port)
        sts = StsPolicies(platform.database, platform.resolver, https, clock)
        opener = Opener(timeouts, trusted, unverified(), clock)
        own_name = platform.environment.hostname_fqdn
        router = Router(platform.resolver, _RANDOM.shuffle, sts, names=[own_name], is_here=this_machine.has_address)
        attempts = Attempts(router, opener, self._pool, self.tls_book, timeouts.attempt)
        ends = JobEnds(
            platform.database,
            platform.tracer,
            platform.metrics,
            revision=lambda: platform.settings.current.revision,
            clock=clock,
        )
        leases = Leases(platform.database, clock) if leases is None else leases
        self.worker = JobWorker(
            platform.database,
            {KIND: _work(platform, attempts, leases, clock)},
            ends,
            leases,
            most=_MOST,
            clock=clock,
            claim=PacedClaim(lambda: platform.settings.current.settings.delivery),
            elsewhere={LOCAL, "self", "addon"},
        )

    async def close(self) -> None:
        """Let go of idle sessions, once the worker has stopped, and write down what is not yet."""
        await self._pool.close()
        with suppress(DatabaseAway):
            await self.tls_book.write()

    async def forget_old(self) -> None:
        """Forget what nobody asks for any more. Raises DatabaseAway."""
        now, days = self._clock(), self._settings.current.settings.delivery.tls_result_days
        async with self._database.transaction() as conn:
            await destinations.forget_old(conn, now)
            await finished_jobs.forget_old(conn, now)
            await dsn_counts.forget_old(conn, now)
            await sts_policies.forget_old(conn, now)
            await tls_results.forget_before(conn, tls_results.day_of(now) - days)


class _Addresses:
    """Looks up the hosts of policies and reports, with the patience that the settings have for DNS."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, host: str) -> tuple[str, ...]:
        smtp = self._platform.settings.current.settings.smtp
        now = asyncio.get_running_loop().time()
        budget = Budget.of_command(smtp.dns_timeout_seconds, smtp.dns_attempts, now)
        return (await addresses_of(self._platform.resolver, host, budget)).addresses


def _work(platform: Platform, attempts: Attempts, leases: Leases, clock: Callable[[], float]) -> OutboundWork:
    keys, bodies = SigningKeys(platform.database, platform.changes, platform.seal), BodyHashes(platform.content)
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
        sign=Sealer(
            Signer(keys.of, bodies, platform.metrics),
            keys.of,
            bodies,
            is_wanted=lambda: platform.settings.current.settings.delivery.arc_seal,
        ),
        hostname=platform.environment.hostname_fqdn,
        clock=clock,
        chance=_RANDOM.random,
        is_ours=leases.is_safe,
    )
