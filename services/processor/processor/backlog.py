"""How much waits in the queues: shown as a gauge, and watched for how long there has been nothing at all."""

from collections.abc import Callable

from mailcore.bus.interface import Bus
from mailcore.bus.topology import DEAD_LETTERS, INCOMING, OUTBOUND
from mailcore.metrics import Metrics

LOOK_SECONDS = 5.0
_LONGEST_GAP = 60.0
"""Seconds between two looks over which nothing can be said of the time between them."""


class Quiet:
    """Since when every look found nothing waiting."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last_look = float("-inf")

    @property
    def since(self) -> float | None:
        """The first of the looks that found nothing, in seconds since the epoch; None when the last one did not."""
        return self._since

    def saw(self, waiting: int | None, now: float) -> None:
        """Hear what a look found; None: it could not look."""
        if now - self._last_look > _LONGEST_GAP or now < self._last_look:
            self._since = None
        self._last_look = now
        if waiting != 0:
            self._since = None
        elif self._since is None:
            self._since = now


class Backlog:
    """Looks at the queues."""

    def __init__(self, bus: Bus, metrics: Metrics, clock: Callable[[], float]) -> None:
        self._bus = bus
        self._metrics = metrics
        self._clock = clock
        self.quiet = Quiet()
        """Whether accepted messages wait anywhere on the bus."""

    async def look(self) -> None:
        """Look once. Raises BusAway."""
        waiting = None
        try:
            incoming = await self._bus.backlog(INCOMING)
            self._metrics.backlog.labels(INCOMING).set(incoming)
            self._metrics.backlog.labels(OUTBOUND).set(await self._bus.backlog(OUTBOUND))
            waiting = incoming + await self._bus.backlog(DEAD_LETTERS)
        finally:
            self.quiet.saw(waiting, self._clock())
