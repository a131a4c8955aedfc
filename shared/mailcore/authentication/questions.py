"""What a message makes us ask of DNS: within one budget, and no longer of what has just not been answered."""

import time
from collections.abc import Callable

from cachetools import TTLCache

from mailcore.dns.interface import Answer, Budget, Resolver

FORGET_SECONDS = 30.0
_MOST = 10_000


class NoAnswer(Exception):  # noqa: N818 - reads as what happened
    """Nobody could say."""


class SilentNames:
    """Names that nobody could say anything of lately: the next message does not wait for them again (RFC 9520 3.2)."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._names: TTLCache[tuple[str, str], bool] = TTLCache(_MOST, FORGET_SECONDS, timer)

    def has(self, name: str, rdtype: str) -> bool:
        """Whether it is one of them."""
        return (name, rdtype) in self._names

    def add(self, name: str, rdtype: str) -> None:
        """Remember one."""
        self._names[name, rdtype] = True


class Questions:
    """Asks for one message."""

    def __init__(self, resolver: Resolver, budget: Budget, silent: SilentNames) -> None:
        """`budget`: for all that is asked; `silent`: shared by all messages."""
        self._resolver = resolver
        self._budget = budget
        self._silent = silent

    async def answer(self, name: str, rdtype: str) -> Answer:
        """Give the answer. Raises NoAnswer."""
        name = name.lower()
        if self._silent.has(name, rdtype):
            raise NoAnswer(f"{name} {rdtype}")
        answer = await self._resolver.query(name, rdtype, budget=self._budget)
        if answer.status == "no_answer":
            self._silent.add(name, rdtype)
            raise NoAnswer(f"{name} {rdtype}")
        return answer

    async def texts(self, name: str) -> tuple[bytes, ...]:
        """Give the TXT records of a name; none where there are none. Raises NoAnswer."""
        answer = await self.answer(name, "TXT")
        return tuple(record for record in answer.records if isinstance(record, bytes))
