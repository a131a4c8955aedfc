"""An event loop whose time can be put forward, for conversations about minutes."""

import asyncio


class Clock(asyncio.SelectorEventLoop):
    """An ordinary event loop until time is put forward."""

    _ahead = 0.0

    def time(self) -> float:
        """Give the seconds as the loop and its timers see them."""
        return super().time() + self._ahead

    def put_forward(self, seconds: float) -> None:
        """Have so many seconds pass at once: what is due by then happens next."""
        self._ahead += seconds
