"""Knows this system's own processors at the port, and what they say that a transaction is (row 22).

Called by `handler` and `reception`. Where something stands in the way of a connection that might be ours - a ban, the
greet pause, the limit per address - the first thing it says is listened to before it is judged.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

from ingress.listeners import SMTP
from ingress.seam import SessionState
from mailcore.reentry import PASS, ReentryKeys

FIRST_WORD_SECONDS = 1.0
"""How long whoever would be refused has to show a pass; ours is sent together with the connection."""
_LOOK_SECONDS = 0.01
_MOST_KNOWN = 1000


class Reentries:
    """Judges passes, and opens what is sealed."""

    def __init__(self, keys: ReentryKeys, now: Callable[[], float], new_challenge: Callable[[], str]) -> None:
        self._keys = keys
        self._now = now
        self._new_challenge = new_challenge
        self._known: set[str] = set()

    def may_come_from(self, ip: str) -> bool:
        """Whether a connection from there may be ours: from this host, or from where a pass was shown before."""
        return ip in self._known or ip_address(ip).is_loopback

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Give what the client is to seal for, if it shows a pass, and lift what holds for clients; None otherwise."""
        if state.listener != SMTP or not self._keys.is_pass(shown, self._now()):
            return None
        if len(self._known) < _MOST_KNOWN:
            self._known.add(state.peer_ip)
        state.challenge = self._new_challenge()
        if state.limits is not None:
            state.limits = replace(state.limits, max_commands=0, max_messages=0)
        return state.challenge

    async def hear_first_word(self, state: SessionState) -> None:
        """Wait for what the client says first, and recognise it by that."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FIRST_WORD_SECONDS
        while (line := state.first_line()) is None:
            if loop.time() >= deadline:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        verb, _, shown = line.decode("ascii", "replace").strip().partition(" ")
        if verb == PASS:
            self.recognise(state, shown)

    def open(self, state: SessionState, sealed: str) -> bool:
        """Take what the next transaction is; give False where it was not sealed for this session."""
        state.reentry = None if state.challenge is None else self._keys.opened(sealed, state.challenge)
        return state.reentry is not None
