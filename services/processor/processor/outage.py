"""A dependency is away: take nothing new, ask again with growing pauses, and go on once it answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from mailcore.errors import StorageFull, Transient
from processor.brake import Pausable

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

Probe = Callable[[], Awaitable[None]]
"""Returns when a dependency answers; raises a Transient error otherwise."""

log = structlog.get_logger(__name__)


class Outage:
    """What those who met a dependency that is away wait in, together."""

    def __init__(self, probes: Mapping[type[Transient], Probe], *, pause_when_full: float = LONGEST_PAUSE) -> None:
        """`pause_when_full`: seconds after which what met a full disk is tried again, since nobody can be asked."""
        self._probes = probes
        self._pause_when_full = pause_when_full
        self._consumers: list[Pausable] = []
        self._missing: set[Probe] = set()
        self._over = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    def pauses(self, consumer: Pausable) -> None:
        """Have `consumer` take nothing new while anything is away."""
        self._consumers.append(consumer)

    async def sit_out(self, away: Transient, longest: float | None) -> bool:
        """Return True once what `away` tells of answers again, or False after `longest` seconds."""
        self._missing.update(probe for kind, probe in self._probes.items() if isinstance(away, kind))
        if self._watch is None or self._watch.done():
            self._over = asyncio.Event()
            pause = self._pause_when_full if isinstance(away, StorageFull) else FIRST_PAUSE
            self._watch = asyncio.create_task(self._wait_for_all(str(away), pause, self._over))
        try:
            async with asyncio.timeout(longest):
                await self._over.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Ask no more; who waits goes on waiting until he is cancelled."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)

    async def _wait_for_all(self, why: str, pause: float, over: asyncio.Event) -> None:
        log.warning("paused: a dependency is away", reason=why)
        try:
            for consumer in self._consumers:
                await _try(consumer.pause)
            await asyncio.sleep(pause)
            while not await self._all_answer():
                pause = min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)
            for consumer in self._consumers:
                await _try(consumer.resume)
        finally:
            over.set()
        log.info("resumed: every dependency answers")

    async def _all_answer(self) -> bool:
        for probe in list(self._missing):
            if not await _try(probe):
                return False
            self._missing.discard(probe)
        return True


async def _try(call: Probe) -> bool:
    try:
        await call()
    except Transient as error:
        log.debug("still away", reason=str(error))
        return False
    return True
