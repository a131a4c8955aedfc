"""Shows a message to its examination as it comes, and keeps what goes wrong there from the message.

Made by `origins`, fed by `intake`.
"""

import structlog

from ingress.header_scan import HeaderScan
from mailcore.authentication.examination import Examination
from mailcore.authentication.results import Authentication

_EMPTY_LINE = 2
_FAILED = "the origin of a message could not be examined"

log = structlog.get_logger(__name__)


class Examiner:
    """One message."""

    def __init__(self, examination: Examination) -> None:
        self._examination: Examination | None = examination
        self._seen = 0
        self._has_header = False

    def show(self, octets: bytes, header: HeaderScan) -> None:
        """Show the next octets, which `header` has seen. Never raises."""
        start, self._seen = self._seen, self._seen + len(octets)
        if self._examination is None or not header.is_over:
            return
        try:
            if not self._has_header:
                self._show_header(self._examination, header)
                octets = octets[max(header.header_size + _EMPTY_LINE - start, 0) :]
            self._examination.body(octets)
        except Exception:
            # Whatever a stranger wrote that we did not foresee must cost nobody the message.
            log.exception(_FAILED)
            self.abandon()

    async def verdict(self, header: HeaderScan, now: float, lot: int) -> Authentication | None:
        """Give what was found, the message being complete; None when it could not be examined. Never raises.

        `now`: seconds since the epoch; `lot`: 0 to 99, by which a DMARC policy samples.
        """
        if self._examination is None:
            return None
        try:
            if not self._has_header:
                self._show_header(self._examination, header)
            return await self._examination.finish(now, lot)
        except Exception:
            # The same.
            log.exception(_FAILED)
            return None

    def abandon(self) -> None:
        """Ask DNS nothing more."""
        examination, self._examination = self._examination, None
        if examination is not None:
            examination.abandon()

    def _show_header(self, examination: Examination, header: HeaderScan) -> None:
        self._has_header = True
        examination.header(header.section or b"")
