"""Bounds the time an answer takes: what cannot be found out in time is answered 451, and the client keeps its mail."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar, cast

import structlog

from mailcore import replies
from mailcore.errors import StorageFull, Transient
from maildecide.session.stages import Refusal

ANSWER_SECONDS = 12.0
"""Most seconds that an answer takes, whatever is away. Clients are promised one within 15."""

UNAVAILABLE = Refusal("unavailable", replies.TRY_AGAIN_LATER)
"""What a client is told while something that ingress needs is away."""

NO_ROOM = Refusal("unavailable", replies.STORAGE_FULL)
"""What a client is told while what must be written down finds no room."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def timely(work: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T | Refusal:
    """Wait for what is found out, and refuse for now when what that needs is away or takes too long.

    Most is known already: no timer is set for what needs not be waited for.
    """
    try:
        try:
            awaited = work.send(None)
        except StopIteration as done:
            return cast("T", done.value)
        async with asyncio.timeout(seconds):
            return await _go_on(work, awaited)
    except StorageFull as error:
        log.warning("no room to write down what is judged, answering 452", reason=str(error))
        return NO_ROOM
    except (Transient, TimeoutError) as error:
        log.warning("cannot judge now, answering 451", reason=str(error) or type(error).__name__)
        return UNAVAILABLE


@coroutine
def _go_on(work: Coroutine[Any, Any, T], awaited: object) -> Generator[Any, Any, T]:
    """Go on with work that has begun, and waits for `awaited` first; what is raised here is raised there."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is handed on to the work
            try:
                awaited = work.throw(error)
            except StopIteration as done:
                return cast("T", done.value)
        else:
            return (yield from work.__await__())
