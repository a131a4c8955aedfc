"""Equal refusals of one client become one row a minute, so that an attack does not fill the trace. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass

from msgspec.structs import replace

from mailcore import events
from mailcore.trace import Trace

WINDOW_SECONDS = 60.0
_MOST_WINDOWS = 10_000


@dataclass(slots=True)
class _Window:
    ends_at: float
    last: Trace | None = None
    count: int = 0


class Coalescer:
    """Lets the first of equal refusals pass at once and counts the others until its minute is over."""

    def __init__(self) -> None:
        self._windows: dict[Hashable, _Window] = {}

    def take(self, trace: Trace, now: float) -> Trace | None:
        """Give the trace when it is to be written now; None when it was counted. `now` in seconds since the epoch."""
        if trace.client_ip is None or not _is_refusal(trace):
            return trace
        key = _likeness(trace)
        window = self._windows.get(key)
        if window is None or now >= window.ends_at:
            if window is None and len(self._windows) >= _MOST_WINDOWS:
                return trace
            counted = None if window is None else _row(window)
            # The order of the dict is the order in which windows end.
            self._windows.pop(key, None)
            self._windows[key] = _Window(now + WINDOW_SECONDS)
            return trace if counted is None else replace(trace, count=trace.count + counted.count)
        window.last = trace
        window.count += trace.count
        return None

    def ended(self, now: float) -> list[Trace]:
        """Give the rows of the minutes that are over."""
        rows = []
        for key, window in list(self._windows.items()):
            if now < window.ends_at:
                break
            del self._windows[key]
            if (row := _row(window)) is not None:
                rows.append(row)
        return rows

    def flush(self) -> list[Trace]:
        """Give everything that was counted, over or not."""
        rows = [row for window in self._windows.values() if (row := _row(window)) is not None]
        self._windows.clear()
        return rows


def _is_refusal(trace: Trace) -> bool:
    """Whether somebody was refused: for good, or for now before there was any mail of which to tell."""
    return trace.outcome == events.REFUSED or (trace.outcome == events.DEFERRED and trace.sender is None)


def _row(window: _Window) -> Trace | None:
    return None if window.last is None else replace(window.last, count=window.count)


def _likeness(trace: Trace) -> Hashable:
    """Give what two refusals must share to be equal: all that is searched or decided, but neither id nor time."""
    return (
        trace.service,
        trace.client_ip,
        trace.sender,
        trace.settings_revision,
        tuple((recipient.address, recipient.outcome) for recipient in trace.recipients),
        tuple((event.stage, event.what, event.decided_by, event.reply, event.recipient) for event in trace.events),
    )
