"""Takes accepted messages from the bus and settles each: processed, given back, or kept as a dead letter.

Nothing is nacked, and nothing is acknowledged before it is durable elsewhere.
- A dependency is away: the consumer pauses, the message waits; what would wait too long goes back uncounted.
- Anything else that fails: the message goes back alone, counted. From the fifth attempt it is processed while nothing
  else is in hand; when the sixth fails it is a dead letter.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from mailcore.bus.interface import Delivery
from mailcore.errors import Malformed, StorageFull, Transient
from mailcore.log import message_bound
from mailcore.mail.incoming import Incoming, decode
from processor.outage import Outage
from processor.process import Processed, Processor
from processor.setbacks import Setbacks
from processor.turns import Turns

ALONE_FROM = 5
MOST_ATTEMPTS = 6
HOLD_SECONDS = 45.0
"""Nothing stays unacknowledged over a minute; this leaves time to write down what is not done."""
_MOST_HICCUPS = 5
"""Times a message may meet a dependency that is away and answers right afterwards before it counts as a failure."""
_BURY_SECONDS = 10.0
_AGAIN_AFTER = 5.0

Told = Callable[[Incoming, Processed, float], None]
"""Hears of each message that was processed and acknowledged, and how many seconds that took."""

log = structlog.get_logger(__name__)


def pause_before_return(attempt: int) -> float:
    """Give the seconds a message that failed for the `attempt`th time is kept before it goes back: 1, 2, 4, 8, 16."""
    return float(2 ** min(attempt - 1, 4))


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why a message could not be processed; whether its attempt counts."""

    reason: str
    is_counted: bool
    is_final: bool = False


class IncomingConsumer:
    """The handler of the incoming queue."""

    def __init__(
        self,
        processor: Processor,
        setbacks: Setbacks,
        outage: Outage,
        *,
        told: Told,
        pause: Callable[[int], float],
        hold: float = HOLD_SECONDS,
    ) -> None:
        """`pause` gives the seconds before what failed so often goes back; `hold`, how long one may be in hand."""
        self._processor = processor
        self._setbacks = setbacks
        self._outage = outage
        self._told = told
        self._pause = pause
        self._hold = hold
        self._turns = Turns()
        self._stopping = asyncio.Event()

    def hurry(self) -> None:
        """Give back at once what is only kept for a while before it goes back: the process is stopping."""
        self._stopping.set()

    async def handle(self, delivery: Delivery) -> None:
        """Settle one delivery. Never raises."""
        with message_bound(delivery.id):
            async with self._turns.take(alone=delivery.attempt >= ALONE_FROM):
                failed = await self._try(delivery)
            if failed is not None:
                await self._settle(delivery, failed)

    async def _try(self, delivery: Delivery) -> _Failed | None:
        """Process `delivery`, waiting for what is away; None when that is done."""
        deadline = asyncio.get_running_loop().time() + self._hold
        is_repeat = delivery.repeated or delivery.attempt > 1
        for _ in range(_MOST_HICCUPS):
            try:
                await self._process(delivery, deadline, is_repeat=is_repeat)
            except Malformed as error:
                return _Failed(str(error), is_counted=True, is_final=True)
            except Transient as error:
                # What is full is full for every message: none of them is to blame.
                reason, is_to_blame = str(error), not isinstance(error, StorageFull)
                if not await self._outage.sit_out(error, deadline - asyncio.get_running_loop().time()):
                    return _Failed(reason, is_counted=False)
            except Exception as error:
                # A boundary: whatever a message does to us must not reach the others, nor cost it its own delivery.
                log.exception("a message could not be processed", attempt=delivery.attempt)
                return _Failed(f"{type(error).__name__}: {error}", is_counted=True)
            else:
                return None
            is_repeat = True
        return _Failed(reason, is_counted=is_to_blame)

    async def _process(self, delivery: Delivery, deadline: float, *, is_repeat: bool) -> None:
        began = asyncio.get_running_loop().time()
        mail = decode(delivery.body)
        is_repeat = is_repeat or mail.begun
        processed = await self._processor.process(
            mail, look_twice=lambda: is_repeat or delivery.may_be_elsewhere(), deadline=deadline
        )
        await delivery.done()
        seconds = asyncio.get_running_loop().time() - began
        log.info("message processed", recipients=len(mail.envelope.recipients), seconds=round(seconds, 4))
        self._told(mail, processed, seconds)

    async def _settle(self, delivery: Delivery, failed: _Failed) -> None:
        """Bury `delivery` or give it back, however long the broker is away; what cannot be buried in time goes back."""
        gives_up = failed.is_final or (failed.is_counted and delivery.attempt >= MOST_ATTEMPTS)
        if failed.is_counted and not gives_up:
            await self._wait(self._pause(delivery.attempt))
        while True:
            try:
                if gives_up:
                    await self._setbacks.bury(delivery, failed.reason)
                else:
                    await self._setbacks.give_back(delivery, failed.reason, is_counted=failed.is_counted)
            except Transient as error:
                if not await self._outage.sit_out(error, _BURY_SECONDS if gives_up else None):
                    gives_up, failed = False, _Failed(str(error), is_counted=False)
            except Exception:
                # The same boundary: the message is neither back nor buried, and nobody else can do either.
                log.exception("a message could be neither given back nor buried")
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                return

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
