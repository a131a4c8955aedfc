"""Maintenance of processors: what takes work rests while the setting says so, in every replica within a second."""

from collections.abc import Callable

import structlog

from processor.brake import Pausable

LOOK_SECONDS = 0.25

log = structlog.get_logger(__name__)


class Rest:
    """Pauses what takes work, and has it go on."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        """`is_wanted` says what the settings say now."""
        self._is_wanted = is_wanted
        self._takers: list[Pausable] = []
        self._is_resting: bool | None = False
        """What all of them do; None while that is not certain."""

    def pauses(self, taker: Pausable) -> None:
        """Have `taker` take nothing new while processors rest."""
        self._takers.append(taker)

    async def look(self) -> None:
        """Follow the setting. Raises Transient when that cannot be done now; it is done at the next look then."""
        wanted = self._is_wanted()
        if wanted == self._is_resting:
            return
        self._is_resting = None
        for taker in self._takers:
            await (taker.pause() if wanted else taker.resume())
        self._is_resting = wanted
        log.info("resting: under maintenance" if wanted else "maintenance is over")
