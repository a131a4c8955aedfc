"""Bounds the time an answer takes: what cannot be found out in time is answered 451, and the client keeps its mail."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import structlog

from mailcore import replies
from mailcore.errors import Transient
from maildecide.session.stages import Refusal

ANSWER_SECONDS = 12.0
"""Most seconds that an answer takes, whatever is away. Clients are promised one within 15."""

UNAVAILABLE = Refusal("unavailable", replies.TRY_AGAIN_LATER)
"""What a client is told while something that ingress needs is away."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def timely(work: Awaitable[T], seconds: float = ANSWER_SECONDS) -> T | Refusal:
    """Wait for what is found out, and refuse for now when what that needs is away or takes too long."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except (Transient, TimeoutError) as error:
        log.warning("cannot judge now, answering 451", reason=str(error) or type(error).__name__)
        return UNAVAILABLE
