"""What becomes of a message that could not be processed: it goes back to its queue, or is kept as a dead letter.

A dead letter is shown and replayed over REST; neither is ever a loss.
"""

from collections.abc import Callable

import msgspec
import structlog

from mailcore import events
from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs, dead_letters
from mailcore.db.database import Database
from mailcore.db.dead_letters import DeadLetter
from mailcore.errors import Malformed
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Incoming, decode, encode
from mailcore.metrics import Metrics
from mailcore.trace import Tracer
from processor.report import trace_of_setback

log = structlog.get_logger(__name__)


class Setbacks:
    """Gives deliveries of the incoming queue back, or buries them."""

    def __init__(
        self, bus: Bus, database: Database, tracer: Tracer, metrics: Metrics, *, clock: Callable[[], float]
    ) -> None:
        self._bus = bus
        self._database = database
        self._tracer = tracer
        self._metrics = metrics
        self._clock = clock

    async def give_back(self, delivery: Delivery, reason: str, *, is_counted: bool) -> None:
        """Publish a message anew and end `delivery` on the bus. Raises BusAway."""
        attempt = delivery.attempt + is_counted
        mail = _message(delivery.body)
        body = _begun(mail) if mail else delivery.body
        await self._bus.publish(INCOMING, body, id=delivery.id, attempt=attempt)
        await delivery.done()
        log.warning("given back", attempt=attempt, reason=reason)
        if is_counted and mail:
            self._tracer.record(trace_of_setback(mail, events.DEFERRED, events.GIVEN_BACK, reason, self._clock()))

    async def bury(self, delivery: Delivery, reason: str) -> None:
        """Keep `delivery` as a dead letter and end it on the bus. Raises DatabaseAway."""
        now = self._clock()
        mail = _message(delivery.body)
        letter = DeadLetter(
            id=delivery.id,
            queue=INCOMING,
            message_id=str(mail.id) if mail else None,
            body=_begun(mail) if mail else delivery.body,
            attempt=delivery.attempt,
            reason=reason,
            at=now,
        )
        async with self._database.transaction() as conn:
            await dead_letters.put(conn, letter)
            if mail and isinstance(mail.content, StoredContent):
                await content_refs.drop(conn, mail.content.key, content_refs.incoming_holder(mail.id), now)
        await delivery.done()
        self._metrics.dead.inc()
        log.error("given up: kept as a dead letter", id=delivery.id, attempt=delivery.attempt, reason=reason)
        if mail:
            self._tracer.record(trace_of_setback(mail, events.DEAD, events.DEAD_LETTER, reason, now))


def _begun(mail: Incoming) -> bytes:
    """Give what stands for `mail` on the bus once somebody has tried to process it."""
    return encode(msgspec.structs.replace(mail, begun=True))


def _message(body: bytes) -> Incoming | None:
    try:
        return decode(body)
    except Malformed:
        return None
