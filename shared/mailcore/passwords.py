"""Passwords, hashed by argon2id so that Dovecot can verify them too. Never more than two are hashed at once.

Each hash takes 19 MiB while it is computed; the bounded pool is what keeps fifty simultaneous log-ins from taking a
gigabyte, and the event loop from standing still.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

Result = TypeVar("Result")

MEMORY_KIB = 19 * 1024
_THREADS = 2

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$aGlreWFrdS1ub2JvZHkhIQ$HrNEuRIJ8rAUXQzqydZZa2mN6h4Vt1wmzpIz/kLvYkI"
"""Verified in place of a hash that does not exist, so that an unknown account takes as long as a wrong password."""


class Passwords:
    """Hashes and verifies passwords, away from the event loop."""

    def __init__(self) -> None:
        # OWASP's choice of least memory for argon2id: 19 MiB, two passes, one lane.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """Give the hash of `password` in the PHC string format, with a salt of its own."""
        return await self._run(self._hasher.hash, _octets(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether `password` is the one that `stored` was made of. None, for nobody's, takes as long and is False."""
        is_right: bool = await self._run(self._is_right, _octets(password), stored or NOBODYS_HASH)
        return is_right and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _is_right(self, password: bytes, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)


def _octets(password: str) -> bytes:
    # Octets that a client sent and that are no UTF-8 come as surrogates; they are verified as they were sent.
    return password.encode("utf-8", "surrogateescape")
