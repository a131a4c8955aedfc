"""Waiting for what another replica is going to notice."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def seconds_until(condition: Callable[[], Awaitable[bool]], most: float = 5.0) -> float:
    """Give how long it took until `condition` held. Raises TimeoutError after `most` seconds."""
    began = time.monotonic()
    async with asyncio.timeout(most):
        while not await condition():
            await asyncio.sleep(0.005)
    return time.monotonic() - began
