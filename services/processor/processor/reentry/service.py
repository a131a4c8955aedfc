"""The parts that bring mail to our own SMTP port, put together for a composition root."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from secrets import SystemRandom

from mailcore.db.outbound_jobs import KIND as OUTBOUND
from mailcore.environment import Environment
from mailcore.platform import Platform
from mailcore.settings.endpoint import Endpoint, read_endpoint
from processor.effects.store_local import KIND as LOCAL
from processor.jobs.ends import JobEnds
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.ending import Endings
from processor.outbound.queueing import OWN
from processor.outbound.reporter import Reporter
from processor.reentry.door import Door
from processor.reentry.work import ReentryWork
from processor.tls_contexts import unverified

_MOST = 20
"""Messages that one process brings at once."""
_RANDOM = SystemRandom()


class OwnPort:
    """Our own SMTP port, as a processor knows it, and the queue behind it."""

    def __init__(
        self, platform: Platform, *, clock: Callable[[], float] = time.time, timeouts: Timeouts | None = None
    ) -> None:
        self.endpoint = endpoint_of(platform.environment)
        """Where it is; whoever knows better says so."""
        timeouts = timeouts or Timeouts()
        work = ReentryWork(
            Door(platform.reentry, timeouts, unverified(), clock),
            platform.bus,
            platform.content,
            platform.settings,
            Endings(
                platform.database,
                platform.bus,
                platform.content,
                Reporter(platform.directory),
                tracer=platform.tracer,
                metrics=platform.metrics,
            ),
            endpoint=lambda: self.endpoint,
            hostname=platform.environment.hostname_fqdn,
            clock=clock,
            chance=_RANDOM.random,
        )
        ends = JobEnds(
            platform.database,
            platform.tracer,
            platform.metrics,
            revision=lambda: platform.settings.current.revision,
            clock=clock,
        )
        self.worker = JobWorker(
            platform.database,
            {OWN: work},
            ends,
            Leases(platform.database, clock),
            most=_MOST,
            clock=clock,
            elsewhere={LOCAL, OUTBOUND, "addon"},
        )


def endpoint_of(environment: Environment) -> Endpoint:
    """Give where the environment says that the port is: INGRESS_SMTP, else SMTP_PORT at BIND, or on this host."""
    if environment.ingress_smtp is not None:
        return read_endpoint(environment.ingress_smtp)
    return at(environment.bind, environment.smtp_port)


def at(bind: str, port: int) -> Endpoint:
    """Give where a port is reached that is bound to the address `bind`."""
    try:
        address = ip_address(bind)
    except ValueError:
        return Endpoint(bind, port)
    if not address.is_unspecified:
        return Endpoint(bind, port)
    return Endpoint("127.0.0.1" if address.version == 4 else "::1", port)  # noqa: PLR2004 - IPv4
