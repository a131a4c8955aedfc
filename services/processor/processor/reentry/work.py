"""The kind `self`: mail that comes back to this system.

What accounts forward goes to our own SMTP port, one attempt at a time; what it is told there is what other servers say.
A refusal for now, or no connection, has it tried again by the schedule for other servers; a refusal for good is
reported to the sender. What was made here goes to the incoming queue.
"""

from collections.abc import Callable

from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db.jobs import Job
from mailcore.db.live_settings import LiveSettings, Snapshot
from mailcore.errors import Malformed
from mailcore.reentry import Reentry
from mailcore.settings.endpoint import Endpoint
from mailcore.trace import Trace
from processor.outbound.attempt import Result
from processor.outbound.client.opening import Server
from processor.outbound.ending import Ending, Endings
from processor.outbound.remote_mail import RemoteMail, decode
from processor.outbound.rendering import addressees, outgoing
from processor.outbound.schedule import next_attempt
from processor.outbound.settlement import settle
from processor.reentry.door import Door
from processor.reentry.made import hand_in


class ReentryWork:
    """Works on `self` jobs."""

    def __init__(
        self,
        door: Door,
        bus: Bus,
        content: ContentStore,
        settings: LiveSettings,
        endings: Endings,
        *,
        endpoint: Callable[[], Endpoint],
        hostname: str,
        clock: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        """`endpoint` gives where the port is; `chance` gives numbers from 0 to 1."""
        self._door = door
        self._bus = bus
        self._content = content
        self._settings = settings
        self._endings = endings
        self._endpoint = endpoint
        self._hostname = hostname
        self._clock = clock
        self._chance = chance

    async def __call__(self, job: Job) -> Trace | None:
        """Try once, and end the job: done, or to be tried again.

        Raises DatabaseAway, ContentAway, ContentMissing, Malformed before anything was sent, and BusAway.
        """
        mail = decode(job.payload)
        if len(mail.recipients) != 1:
            raise Malformed("not a message for one of our own addresses")
        snapshot = self._settings.current
        if mail.reentry is None:
            return await hand_in(self._bus, mail, self._own_name(snapshot), self._clock())
        result = await self._try(mail, mail.reentry, snapshot)
        now, settings = self._clock(), snapshot.settings.delivery
        ending = Ending(
            job=job,
            mail=mail,
            settlement=settle(mail, {mail.recipients[0].address: result}, settings, now),
            # Nothing is learnt of another server's domain.
            is_tried=False,
            next_attempt=next_attempt(job.attempt, settings, now, self._chance()),
            hostname=self._own_name(snapshot),
        )
        await self._endings.end(ending, snapshot, now)
        return None

    async def _try(self, mail: RemoteMail, reentry: Reentry, snapshot: Snapshot) -> Result:
        endpoint = self._endpoint()
        (addressee,) = addressees(mail.recipients)
        brought = await self._door.bring(
            endpoint, self._own_name(snapshot), await outgoing(mail, self._content), reentry, addressee
        )
        server = Server(endpoint.host, endpoint.host, endpoint.port)
        tls = "TLS" if brought.is_under_tls else ""
        return Result(brought.answer, server, tls=tls, knows_dsn=brought.knows_dsn)

    def _own_name(self, snapshot: Snapshot) -> str:
        return snapshot.settings.delivery.hostname or self._hostname
