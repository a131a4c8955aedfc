"""Sessions that wait a few seconds for another message to the same server."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable

from processor.outbound.client.session import Session

MOST_TRANSACTIONS = 100
"""Messages sent in one session; servers grow suspicious of more."""


class Pool:
    """Idle sessions by what makes them equal."""

    def __init__(self) -> None:
        self._idle: dict[Hashable, list[Session]] = defaultdict(list)
        self._closing: set[asyncio.Task[None]] = set()
        self._timers: dict[Session, asyncio.TimerHandle] = {}

    def take(self, key: Hashable, deadline: float) -> Session | None:
        """Give a session that can be used until `deadline`, or None."""
        idle = self._idle.pop(key, [])
        while idle:
            session = idle.pop()
            self._timers.pop(session).cancel()
            if session.is_usable:
                session.deadline = deadline
                if idle:
                    self._idle[key] = idle
                return session
            session.drop()
        return None

    def give(self, key: Hashable, session: Session, seconds: float) -> None:
        """Take a session back, for `seconds`."""
        if not session.is_usable:
            return session.drop()
        if seconds <= 0 or session.transactions >= MOST_TRANSACTIONS:
            return self._quit(session)
        self._idle[key].append(session)
        self._timers[session] = asyncio.get_running_loop().call_later(seconds, self._expire, key, session)
        return None

    async def close(self) -> None:
        """Let go of all of them."""
        for timer in self._timers.values():
            timer.cancel()
        for sessions in self._idle.values():
            for session in sessions:
                self._quit(session)
        self._idle.clear()
        self._timers.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _expire(self, key: Hashable, session: Session) -> None:
        del self._timers[session]
        self._idle[key].remove(session)
        if not self._idle[key]:
            del self._idle[key]
        self._quit(session)

    def _quit(self, session: Session) -> None:
        session.deadline = asyncio.get_running_loop().time() + session.timeouts.quit
        task = asyncio.create_task(session.quit())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
