"""The sessions of a process that are under way, so that a stop can let them finish."""

import asyncio
from typing import Protocol

from ingress.seam import Interruption
from mailcore import replies
from mailcore.replies import Reply


class Stoppable(Protocol):
    """A session, as seen from here."""

    def shut_down(self, reply: Reply) -> None:
        """End with `reply` once no transaction is open."""

    def interrupt(self, reply: Reply | None, why: Interruption) -> None:
        """End with `reply` once nothing is being handed over."""


class LiveSessions:
    """Every session enters when its client connects and leaves when all is said and done."""

    def __init__(self) -> None:
        self._sessions: set[Stoppable] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._sessions)

    def enter(self, session: Stoppable) -> None:
        """Count a session in."""
        self._sessions.add(session)
        self._empty.clear()

    def leave(self, session: Stoppable) -> None:
        """Count a session out."""
        self._sessions.discard(session)
        if not self._sessions:
            self._empty.set()

    async def shut_down(self, grace: float) -> None:
        """Say 421 4.3.2 to every client: at once, or after the transaction it is in, within `grace` seconds.

        What is handed over by then is waited for, since its 250 may be owed to the client.
        """
        for session in tuple(self._sessions):
            session.shut_down(replies.SERVICE_STOPPING)
        try:
            async with asyncio.timeout(grace):
                await self._empty.wait()
        except TimeoutError:
            for session in tuple(self._sessions):
                session.interrupt(replies.SERVICE_STOPPING, "stopping")
            await self._empty.wait()
